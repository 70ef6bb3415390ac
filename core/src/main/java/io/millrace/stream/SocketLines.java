package io.millrace.stream;

import io.millrace.function.Function;
import io.millrace.rdd.LineLimit;
import io.millrace.rdd.LineReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/** Lines of UTF-8 text from a connection. The iterator waits for bytes. */
record SocketLines(LineLimit lineLimit) implements Function<InputStream, Iterable<String>> {

  private static final long serialVersionUID = 1L;

  @Override
  public Iterable<String> call(InputStream in) {
    LineReader reader = new LineReader(in, 0, lineLimit);
    return () -> new Lines(reader);
  }

  /** The lines of one connection. */
  static final class Lines implements Iterator<String> {
    private final LineReader reader;
    private @Nullable String next;

    private Lines(LineReader reader) {
      this.reader = reader;
    }

    /** Whether the connection was closed within the last line. */
    boolean endedWithinLine() {
      return reader.endedWithinLine();
    }

    @Override
    public boolean hasNext() {
      if (next == null) {
        try {
          next = reader.next();
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
      return next != null;
    }

    @Override
    public String next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      String line = next;
      next = null;
      return line == null ? "" : line;
    }
  }
}
