package io.millrace.internal.system;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.StringTokenizer;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Stream;

/**
 * Path patterns with wildcards in any component: {@code *} any characters, {@code ?} one, {@code
 * [a-z]} one of a class ({@code [!a-z]} or {@code [^a-z]} one that is not), {@code {ab,c/d}} one of
 * several texts. A backslash takes the next character as it is. Wildcards do not match hidden
 * names, which begin with a dot or an underscore, unless the pattern's component begins so too.
 */
final class PathPattern {

  private static final String WILDCARDS = "*?[{";

  private PathPattern() {}

  static boolean hasWildcard(String text) {
    return text.chars().anyMatch(c -> WILDCARDS.indexOf(c) >= 0);
  }

  static boolean isHidden(Path path) {
    Path name = path.getFileName();
    return name != null && isHidden(name.toString());
  }

  /** As {@link #isHidden(Path)}, of the text of a path. */
  static boolean hasHiddenName(String path) {
    int start = path.lastIndexOf(File.separatorChar) + 1;
    return start < path.length() && (path.charAt(start) == '.' || path.charAt(start) == '_');
  }

  private static boolean isHidden(String name) {
    return name.startsWith(".") || name.startsWith("_");
  }

  /** An absolute path. Behind a link, {@code ..} is not the way back, so it stays as it is. */
  static Path absolute(Path path) {
    Path absolute = path.toAbsolutePath();
    for (Path name : absolute) {
      if (name.toString().equals("..")) {
        return absolute;
      }
    }
    return absolute.normalize();
  }

  /**
   * The existing paths that a pattern names, absolute. A text that exists as it stands names that.
   */
  static List<Path> expand(String pattern) throws IOException {
    if (!hasWildcard(pattern) || existsAsItStands(pattern)) {
      Path path = absolute(FileNames.pathOf(pattern));
      return Files.exists(path) ? List.of(path) : List.of();
    }
    List<Path> found = new ArrayList<>();
    for (String alternative : alternatives(pattern)) {
      found.addAll(expandComponents(alternative));
    }
    return found;
  }

  private static boolean existsAsItStands(String pattern) {
    try {
      return Files.exists(FileNames.pathOf(pattern));
    } catch (InvalidPathException e) {
      return false;
    }
  }

  private static List<Path> expandComponents(String pattern) throws IOException {
    Path start = Path.of(pattern.startsWith("/") ? "/" : "").toAbsolutePath();
    List<Path> reached = List.of(start);
    StringTokenizer components = new StringTokenizer(pattern, "/");
    while (components.hasMoreTokens()) {
      reached = step(reached, components.nextToken());
    }
    return reached;
  }

  private static List<Path> step(List<Path> directories, String component) throws IOException {
    boolean isPattern = hasWildcard(component) || component.indexOf('\\') >= 0;
    List<Path> next = new ArrayList<>();
    for (Path directory : directories) {
      if (!isPattern) {
        Path path = absolute(FileNames.resolve(directory, component));
        if (Files.exists(path)) {
          next.add(path);
        }
      } else if (Files.isDirectory(directory)) {
        Pattern regex = regex(component);
        boolean wantsHidden = isHidden(component);
        try (Stream<Path> entries = Files.list(directory)) {
          entries
              .filter(entry -> wantsHidden || !isHidden(entry))
              .filter(entry -> regex.matcher(nameOf(entry)).matches())
              .sorted()
              .forEach(next::add);
        }
      }
    }
    return next;
  }

  private static String nameOf(Path entry) {
    String text = FileNames.textOf(entry);
    return text.substring(text.lastIndexOf(entry.getFileSystem().getSeparator()) + 1);
  }

  /** Writes out the braces: {@code a{b,c}} becomes {@code ab} and {@code ac}. */
  static List<String> alternatives(String pattern) {
    int open = indexOf(pattern, '{', 0);
    if (open < 0) {
      return List.of(pattern);
    }
    int depth = 0;
    int start = open + 1;
    List<String> choices = new ArrayList<>();
    for (int i = open; i < pattern.length(); i++) {
      char c = pattern.charAt(i);
      if (c == '\\') {
        i++;
      } else if (c == '{') {
        depth++;
      } else if (c == ',' && depth == 1) {
        choices.add(pattern.substring(start, i));
        start = i + 1;
      } else if (c == '}' && --depth == 0) {
        choices.add(pattern.substring(start, i));
        String before = pattern.substring(0, open);
        String after = pattern.substring(i + 1);
        List<String> all = new ArrayList<>();
        choices.forEach(choice -> all.addAll(alternatives(before + choice + after)));
        return all;
      }
    }
    throw new IllegalArgumentException("a brace is not closed in the pattern " + pattern);
  }

  private static int indexOf(String pattern, char wanted, int from) {
    for (int i = from; i < pattern.length(); i++) {
      if (pattern.charAt(i) == '\\') {
        i++;
      } else if (pattern.charAt(i) == wanted) {
        return i;
      }
    }
    return -1;
  }

  /** A component without braces as a regular expression. */
  static Pattern regex(String component) {
    StringBuilder regex = new StringBuilder();
    for (int i = 0; i < component.length(); i++) {
      char c = component.charAt(i);
      switch (c) {
        case '*' -> regex.append(".*");
        case '?' -> regex.append('.');
        case '[' -> {
          int close = component.indexOf(']', Math.min(i + 2, component.length()));
          if (close < 0) {
            throw new IllegalArgumentException("a bracket is not closed in " + component);
          }
          regex.append(characterClass(component.substring(i + 1, close)));
          i = close;
        }
        case '\\' -> {
          i = Math.min(i + 1, component.length() - 1);
          regex.append(Pattern.quote(component.substring(i, i + 1)));
        }
        default -> regex.append(Pattern.quote(String.valueOf(c)));
      }
    }
    try {
      return Pattern.compile(regex.toString(), Pattern.DOTALL);
    } catch (PatternSyntaxException e) {
      throw new IllegalArgumentException("not a pattern of file names: " + component, e);
    }
  }

  private static String characterClass(String inner) {
    boolean negated = inner.startsWith("!") || inner.startsWith("^");
    String members = (negated ? inner.substring(1) : inner).replaceAll("[\\[\\]&^\\\\]", "\\\\$0");
    return (negated ? "[^" : "[") + members + "]";
  }
}
