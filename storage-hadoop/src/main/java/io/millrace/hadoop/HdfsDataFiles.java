package io.millrace.hadoop;

import io.millrace.spi.DataFiles.FileStatus;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.FileAlreadyExistsException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Options;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.PathFilter;
import org.apache.hadoop.fs.RemoteIterator;
import org.apache.hadoop.hdfs.DistributedFileSystem;

/**
 * What {@link HadoopDataFiles} says, done by the Hadoop client; apart from it, so that it can be
 * asked which paths it serves where there is none. Safe for concurrent use.
 */
final class HdfsDataFiles {

  // By cluster, of which a program names few; to read one takes longer than to open a file.
  private final ConcurrentMap<String, Configuration> configurations = new ConcurrentHashMap<>();

  private FileSystem files(Path path) throws IOException {
    URI uri = path.toUri();
    String cluster = uri.getScheme() + "://" + uri.getAuthority();
    return FileSystem.get(
        uri, configurations.computeIfAbsent(cluster, any -> ClientConfiguration.of(uri)));
  }

  List<FileStatus> list(String pattern) throws IOException {
    Path path = new Path(pattern);
    FileSystem files = files(path);
    List<FileStatus> found = new ArrayList<>();
    for (org.apache.hadoop.fs.FileStatus named : named(files, path)) {
      if (named.isDirectory()) {
        addVisibleFiles(files, named.getPath(), found);
      } else {
        found.add(status(named));
      }
    }
    found.sort(Comparator.comparing(FileStatus::path));
    return found.stream().distinct().toList();
  }

  /** What a pattern names; a path that exists as it stands names that. */
  private static List<org.apache.hadoop.fs.FileStatus> named(FileSystem files, Path pattern)
      throws IOException {
    try {
      return List.of(files.getFileStatus(pattern));
    } catch (FileNotFoundException e) {
      org.apache.hadoop.fs.FileStatus[] matches = files.globStatus(pattern, new Visible(pattern));
      // Null says that there are no wildcards.
      if (matches == null) {
        FileNotFoundException missing =
            new FileNotFoundException("no such file or directory: " + pattern);
        missing.initCause(e);
        throw missing;
      }
      return List.of(matches);
    }
  }

  /** Hidden names match only where the pattern's last component begins as they do. */
  private record Visible(Path pattern) implements PathFilter {

    @Override
    public boolean accept(Path path) {
      return !isHidden(path.getName()) || isHidden(pattern.getName());
    }
  }

  private static boolean isHidden(String name) {
    return name.startsWith(".") || name.startsWith("_");
  }

  private static void addVisibleFiles(FileSystem files, Path directory, List<FileStatus> found)
      throws IOException {
    RemoteIterator<org.apache.hadoop.fs.FileStatus> entries;
    try {
      entries = files.listStatusIterator(directory);
    } catch (FileNotFoundException e) {
      // Directories that are written to while they are listed are normal.
      return;
    }
    while (entries.hasNext()) {
      org.apache.hadoop.fs.FileStatus entry = entries.next();
      if (entry.isFile() && !isHidden(entry.getPath().getName())) {
        found.add(status(entry));
      }
    }
  }

  private static FileStatus status(org.apache.hadoop.fs.FileStatus file) {
    return new FileStatus(file.getPath().toString(), file.getLen(), file.getModificationTime());
  }

  InputStream open(String path, long offset) throws IOException {
    Path file = new Path(path);
    FSDataInputStream in = files(file).open(file);
    try {
      in.seek(offset);
      return in;
    } catch (IOException | RuntimeException e) {
      in.close();
      throw e;
    }
  }

  OutputStream create(String path) throws IOException {
    Path file = new Path(path);
    try {
      return files(file).create(file, false);
    } catch (org.apache.hadoop.fs.FileAlreadyExistsException e) {
      throw taken(path, e);
    }
  }

  boolean exists(String path) throws IOException {
    Path file = new Path(path);
    return files(file).exists(file);
  }

  void move(String from, String to) throws IOException {
    Path target = new Path(to);
    Path parent = target.getParent();
    if (parent == null || exists(to)) {
      throw new FileAlreadyExistsException(to);
    }
    FileSystem named = files(target);
    named.mkdirs(parent);
    rename(
        files(new Path(from)).resolvePath(new Path(from)),
        new Path(named.resolvePath(parent), target.getName()));
  }

  /** Where tables of mounts lead; none of them has a rename that refuses. */
  private void rename(Path from, Path to) throws IOException {
    if (!(files(from) instanceof DistributedFileSystem files)) {
      throw new IOException(
          String.format(
              Locale.ROOT, "%s can't be moved to %s in one step: it is not on HDFS", from, to));
    }
    try {
      files.rename(from, to, Options.Rename.NONE);
    } catch (org.apache.hadoop.fs.FileAlreadyExistsException e) {
      throw taken(to.toString(), e);
    } catch (IllegalArgumentException e) {
      throw new IOException(
          String.format(
              Locale.ROOT, "%s can't be moved to %s: they are on two file systems", from, to),
          e);
    }
  }

  private static FileAlreadyExistsException taken(String path, IOException cause) {
    FileAlreadyExistsException taken = new FileAlreadyExistsException(path);
    taken.initCause(cause);
    return taken;
  }

  void delete(String path) throws IOException {
    Path file = new Path(path);
    files(file).delete(file, true);
  }
}
