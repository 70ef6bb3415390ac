package io.millrace.internal.system;

import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemNotFoundException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/**
 * Names of files as text, without loss, whatever the charset of the process. On Unix names are
 * bytes, and the JDK decodes them by the locale: under {@code LANG=C} all characters beyond ASCII
 * become the same replacement. Here a name that is valid UTF-8 is that text, in any locale, so that
 * names which were recorded under one are found under another; any other name is its {@code file:}
 * URI, in which its bytes are escaped.
 */
final class FileNames {

  private static final String ESCAPED_SCHEME = "file:///";

  private FileNames() {}

  /** The text of an absolute path. */
  static String textOf(Path path) {
    String text = path.toString();
    if (isAscii(text)) {
      return text;
    }
    String raw = path.toUri().getRawPath();
    // A directory's URI has a slash at its end; of which path that is can't be told from the text.
    String trimmed =
        raw.length() > 1 && raw.endsWith("/") ? raw.substring(0, raw.length() - 1) : raw;
    try {
      String decoded =
          StandardCharsets.UTF_8
              .newDecoder()
              .onMalformedInput(CodingErrorAction.REPORT)
              .decode(ByteBuffer.wrap(bytes(trimmed)))
              .toString();
      return isSeparatedBySlash(path) ? decoded : text;
    } catch (CharacterCodingException e) {
      return ESCAPED_SCHEME + trimmed.substring(1);
    }
  }

  /** On Windows names are text already, and URIs have another form. */
  private static boolean isSeparatedBySlash(Path path) {
    return path.getFileSystem().getSeparator().equals("/");
  }

  /**
   * The path that a text means.
   *
   * @throws InvalidPathException if the file system can't have such a name
   */
  static Path pathOf(String text) {
    if (isAscii(text)) {
      return Path.of(text);
    }
    try {
      Path path = Path.of(text);
      if (!path.isAbsolute() || textOf(path).equals(text)) {
        return path;
      }
    } catch (InvalidPathException e) {
      if (!text.startsWith("/")) {
        throw e;
      }
    }
    return Path.of(URI.create(ESCAPED_SCHEME + escaped(text).substring(1)));
  }

  /** The path of a name in a directory. */
  static Path resolve(Path directory, String name) {
    return isAscii(name)
        ? directory.resolve(name)
        : pathOf(textOf(directory) + directory.getFileSystem().getSeparator() + name);
  }

  /** The path of a {@code file:} URI with escaped bytes that are not UTF-8. */
  static Optional<Path> ofEscapedUri(String text) {
    if (!text.startsWith(ESCAPED_SCHEME) || text.indexOf('%') < 0) {
      return Optional.empty();
    }
    try {
      return Optional.of(Path.of(URI.create(text)));
    } catch (IllegalArgumentException | FileSystemNotFoundException e) {
      return Optional.empty(); // not a URI by the letter: taken as a path with escapes
    }
  }

  /** The entries of one directory, whose own text is looked at once. */
  static final class Siblings {

    /** What the text of each entry begins with, if that is ASCII; -1 otherwise. */
    private final int prefixLength;

    Siblings(Path directory) {
      String text = directory.toString();
      this.prefixLength = isAscii(text, 0) ? text.length() : -1;
    }

    /** As {@link FileNames#textOf}. */
    String textOf(Path entry) {
      String text = entry.toString();
      return prefixLength >= 0 && isAscii(text, prefixLength) ? text : FileNames.textOf(entry);
    }
  }

  private static boolean isAscii(String text) {
    return isAscii(text, 0);
  }

  private static boolean isAscii(String text, int from) {
    for (int i = from; i < text.length(); i++) {
      if (text.charAt(i) >= 0x80) {
        return false;
      }
    }
    return true;
  }

  private static byte[] bytes(String rawPath) {
    byte[] bytes = new byte[rawPath.length()];
    int count = 0;
    for (int i = 0; i < rawPath.length(); i++) {
      char c = rawPath.charAt(i);
      if (c == '%') {
        bytes[count++] = (byte) Integer.parseInt(rawPath.substring(i + 1, i + 3), 16);
        i += 2;
      } else {
        bytes[count++] = (byte) c;
      }
    }
    return Arrays.copyOf(bytes, count);
  }

  private static String escaped(String path) {
    StringBuilder escaped = new StringBuilder();
    for (byte b : path.getBytes(StandardCharsets.UTF_8)) {
      char c = (char) (b & 0xff);
      boolean isPlain =
          c == '/'
              || (c >= 'a' && c <= 'z')
              || (c >= 'A' && c <= 'Z')
              || (c >= '0' && c <= '9')
              || "-_.~".indexOf(c) >= 0;
      if (isPlain) {
        escaped.append(c);
      } else {
        escaped
            .append('%')
            .append(Character.toUpperCase(Character.forDigit(c >> 4, 16)))
            .append(Character.toUpperCase(Character.forDigit(c & 15, 16)));
      }
    }
    return escaped.toString();
  }
}
