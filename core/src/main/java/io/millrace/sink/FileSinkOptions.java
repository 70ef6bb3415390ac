package io.millrace.sink;

import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Settings of a {@link FileSink}. */
record FileSinkOptions(String extension, long rollBytes, @Nullable String header)
    implements Serializable {

  private static final long DEFAULT_ROLL_BYTES = 16L << 20;
  private static final long MAX_ROLL_BYTES = 256L << 20;

  FileSinkOptions {
    if (!extension.matches("[a-z0-9]{1,16}(\\.[a-z0-9]{1,16})?")) {
      throw new IllegalArgumentException(
          "an extension is made of a-z and 0-9, without a leading dot, not " + extension);
    }
    if (rollBytes < 1 || rollBytes > MAX_ROLL_BYTES) {
      throw new IllegalArgumentException(
          "files roll at 1 byte to 256 MiB (they are made in memory), not at " + rollBytes);
    }
  }

  /** What each file begins with; empty if with nothing. */
  String headerText() {
    return header == null ? "" : header + "\n";
  }

  long headerBytes() {
    return headerText().getBytes(StandardCharsets.UTF_8).length;
  }

  static FileSinkOptions of(String extension) {
    return new FileSinkOptions(extension, DEFAULT_ROLL_BYTES, null);
  }
}
