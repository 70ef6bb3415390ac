package io.millrace.rdd;

import io.millrace.spi.DataFiles;
import io.millrace.spi.DataFiles.FileStatus;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Finds the files that the path of an input names. */
final class InputPaths {

  private static final Pattern WILDCARD = Pattern.compile("[*?\\[{]");

  private InputPaths() {}

  /**
   * The files of several paths or patterns with commas between them, in that order.
   *
   * @param operation for errors
   * @throws UncheckedIOException if one of them names nothing, or can't be listed; names it
   */
  static List<FileStatus> list(String operation, String paths) {
    List<FileStatus> files = new ArrayList<>();
    for (String pattern : separate(paths)) {
      files.addAll(listOne(operation, pattern));
    }
    return files;
  }

  private static List<FileStatus> listOne(String operation, String pattern) {
    DataFiles storage = DataFilesLookup.of(pattern);
    try {
      List<FileStatus> files = storage.list(pattern);
      if (files.isEmpty() && WILDCARD.matcher(pattern).find() && !storage.exists(pattern)) {
        throw new FileNotFoundException("the pattern " + pattern + " matches no files");
      }
      return files;
    } catch (FileNotFoundException e) {
      throw new UncheckedIOException(operation + ": input path does not exist: " + pattern, e);
    } catch (IOException e) {
      throw new UncheckedIOException(
          operation + ": can't list " + pattern + ": " + e.getMessage(), e);
    }
  }

  /** Splits at commas outside of braces. */
  static List<String> separate(String paths) {
    List<String> parts = new ArrayList<>();
    int depth = 0;
    int start = 0;
    for (int i = 0; i < paths.length(); i++) {
      char c = paths.charAt(i);
      if (c == '{') {
        depth++;
      } else if (c == '}') {
        depth--;
      } else if (c == ',' && depth == 0) {
        parts.add(paths.substring(start, i));
        start = i + 1;
      }
    }
    parts.add(paths.substring(start));
    return parts;
  }
}
