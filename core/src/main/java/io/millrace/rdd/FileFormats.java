package io.millrace.rdd;

import io.millrace.source.UnreadableInputException;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Compressed formats by file name and by the first bytes ("magic numbers"). Gzip is unpacked;
 * others are refused by name, so that their bytes are never taken for text.
 */
final class FileFormats {

  private static final List<String> GZIP_SUFFIXES = List.of(".gz", ".gzip");

  /** By suffix. */
  private static final Map<String, String> UNSUPPORTED =
      Map.ofEntries(
          Map.entry(".zip", "zip"),
          Map.entry(".bz2", "bzip2"),
          Map.entry(".zst", "Zstandard"),
          Map.entry(".zstd", "Zstandard"),
          Map.entry(".xz", "xz"),
          Map.entry(".lz4", "LZ4"),
          Map.entry(".lzo", "LZO"),
          Map.entry(".lzma", "LZMA"),
          Map.entry(".snappy", "Snappy"),
          Map.entry(".7z", "7-Zip"),
          Map.entry(".br", "Brotli"));

  private static final int[] GZIP = {0x1f, 0x8b, 0x08};

  private record Magic(String format, int... bytes) {}

  /** Each begins with or has bytes that no text in UTF-8 has there. */
  private static final List<Magic> MAGIC =
      List.of(
          new Magic("gzip", GZIP),
          new Magic("zip", 'P', 'K', 3, 4),
          new Magic("zip", 'P', 'K', 5, 6),
          new Magic("Zstandard", 0x28, 0xb5, 0x2f, 0xfd),
          new Magic("xz", 0xfd, '7', 'z', 'X', 'Z', 0),
          new Magic("LZ4", 0x04, 0x22, 0x4d, 0x18),
          new Magic("7-Zip", '7', 'z', 0xbc, 0xaf, 0x27, 0x1c),
          new Magic("Snappy", 0xff, 6, 0, 0, 's', 'N', 'a', 'P', 'p', 'Y'),
          new Magic("LZO", 0x89, 'L', 'Z', 'O', 0),
          new Magic("compress", 0x1f, 0x9d));

  private static final int MAX_MAGIC_BYTES = 10;
  private static final int[] BZIP2_BLOCK = {0x31, 0x41, 0x59, 0x26, 0x53, 0x59};
  private static final int[] BZIP2_END = {0x17, 0x72, 0x45, 0x38, 0x50, 0x90};

  private FileFormats() {}

  /** Whether a file is gzip by its name, in upper or lower case. */
  static boolean isGzip(String path) {
    String lower = path.toLowerCase(Locale.ROOT);
    return GZIP_SUFFIXES.stream().anyMatch(lower::endsWith);
  }

  /**
   * Refuses a file that is compressed otherwise, by its name.
   *
   * @throws UnreadableInputException names the file and the format
   */
  static void requireSupportedName(String path) throws UnreadableInputException {
    String lower = path.toLowerCase(Locale.ROOT);
    for (Map.Entry<String, String> format : UNSUPPORTED.entrySet()) {
      if (lower.endsWith(format.getKey())) {
        throw refused(path, format.getValue());
      }
    }
  }

  /**
   * Looks at the first bytes of a plain file.
   *
   * @return a stream of all of its bytes
   * @throws UnreadableInputException if they are those of a compressed file; names both
   */
  static InputStream requireText(String path, InputStream in) throws IOException {
    byte[] first = new byte[MAX_MAGIC_BYTES];
    int count = in.readNBytes(first, 0, first.length);
    Optional<String> format = formatOf(first, count);
    if (format.isPresent()) {
      throw format.get().equals("gzip")
          ? new UnreadableInputException(
              path, "is a gzip file: give it a name that ends in .gz", null)
          : refused(path, format.get());
    }
    PushbackInputStream whole = new PushbackInputStream(in, MAX_MAGIC_BYTES);
    whole.unread(first, 0, count);
    return whole;
  }

  private static Optional<String> formatOf(byte[] first, int count) {
    for (Magic magic : MAGIC) {
      if (hasAt(first, count, 0, magic.bytes())) {
        return Optional.of(magic.format());
      }
    }
    boolean isBzip2 =
        hasAt(first, count, 0, 'B', 'Z', 'h')
            && (hasAt(first, count, 4, BZIP2_BLOCK) || hasAt(first, count, 4, BZIP2_END));
    return isBzip2 ? Optional.of("bzip2") : Optional.empty();
  }

  private static boolean hasAt(byte[] first, int count, int from, int... bytes) {
    if (count < from + bytes.length) {
      return false;
    }
    for (int i = 0; i < bytes.length; i++) {
      if ((first[from + i] & 0xff) != bytes[i]) {
        return false;
      }
    }
    return true;
  }

  private static UnreadableInputException refused(String path, String format) {
    return new UnreadableInputException(
        path,
        "is a "
            + format
            + " file, which is not unpacked here: unpack it, or compress it as gzip (.gz), before it"
            + " is moved into place",
        null);
  }
}
