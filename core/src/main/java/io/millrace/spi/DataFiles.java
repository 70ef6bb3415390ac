package io.millrace.spi;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.function.Predicate;

/**
 * Users' files: what {@code textFile} reads and {@code saveAsTextFile} writes. Found by {@link
 * java.util.ServiceLoader}, by the scheme of the path. Safe for concurrent use.
 */
public interface DataFiles {

  /**
   * One file.
   *
   * @param path in the form that {@link #open} takes
   * @param length in bytes
   * @param modifiedMillis time of the last change, milliseconds since the epoch
   */
  record FileStatus(String path, long length, long modifiedMillis) {}

  /** Whether this implementation serves {@code path}; one without a scheme is a local file. */
  boolean accepts(String path);

  /**
   * The regular files that {@code pattern} names, ordered by path: a file, a directory (its files,
   * not those of sub-directories) or a glob of either. Names that begin with {@code .} or {@code _}
   * are left out, as are sub-directories.
   *
   * @throws java.io.FileNotFoundException if a path without wildcards does not exist
   */
  List<FileStatus> list(String pattern) throws IOException;

  /**
   * The files of a directory or pattern that are not known yet, in no order: as {@link #list}, but
   * nothing is asked of known files, so that the cost of looking at a large directory again is that
   * of its names.
   *
   * @param isKnown is asked about each file's path, once; so the caller also learns which are there
   */
  default List<FileStatus> listNew(String pattern, Predicate<String> isKnown) throws IOException {
    return list(pattern).stream().filter(file -> !isKnown.test(file.path())).toList();
  }

  /** Whether looking at files takes no longer than a system call; not so over a network. */
  default boolean isLocal() {
    return false;
  }

  /** Opens a file for reading from byte {@code offset}. */
  InputStream open(String path, long offset) throws IOException;

  /** Creates a file, with its directories; fails if it exists. */
  OutputStream create(String path) throws IOException;

  boolean exists(String path) throws IOException;

  /** Moves a file or directory to a path that does not exist yet, at once where the store can. */
  void move(String from, String to) throws IOException;

  /**
   * Deletes a file, or a directory with all that is in it; nothing happens if it does not exist.
   */
  void delete(String path) throws IOException;
}
