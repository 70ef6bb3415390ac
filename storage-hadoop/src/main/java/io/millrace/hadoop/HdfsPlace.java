package io.millrace.hadoop;

import io.millrace.spi.checkpoint.ShownLocation;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.lang.reflect.UndeclaredThrowableException;
import java.net.URI;
import java.nio.file.NoSuchFileException;
import java.security.PrivilegedExceptionAction;
import java.util.Locale;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.permission.FsAction;
import org.apache.hadoop.hdfs.DistributedFileSystem;
import org.apache.hadoop.security.AccessControlException;
import org.apache.hadoop.security.UserGroupInformation;

/**
 * A directory on HDFS, and a client for it that nobody shares. A location may lead there by a table
 * of mounts ({@code viewfs}); then the client is one of the file system that is mounted, since a
 * rename by way of the table is weaker.
 *
 * @param location as the user gave it, for messages
 */
record HdfsPlace(String location, DistributedFileSystem files, Path directory) {

  /** What is asked of a place that is opened. */
  enum Use {
    READ,
    WRITE
  }

  /**
   * Opens a place as a user. One that is to be written is made if it does not exist. Not to be
   * interrupted.
   *
   * @throws NoSuchFileException if it is to be read and does not exist
   * @throws IOException if it is on another file system, or can't be reached or used; names the
   *     location and the remedy
   */
  static HdfsPlace open(String location, Use use, UserGroupInformation user) throws IOException {
    try {
      return user.doAs((PrivilegedExceptionAction<HdfsPlace>) () -> open(location, use));
    } catch (InterruptedException e) {
      throw unusable(location, e);
    } catch (UndeclaredThrowableException e) {
      throw unusable(location, e.getUndeclaredThrowable());
    }
  }

  private static HdfsPlace open(String location, Use use) throws IOException {
    try {
      Path path = new Path(location);
      requireSuitable(location, path.toUri());
      Configuration conf = ClientConfiguration.of(path.toUri());
      FileSystem named = FileSystem.newInstance(path.toUri(), conf);
      HdfsPlace place = resolve(location, named, path, use);
      try {
        place.prepare(use);
      } catch (IOException | RuntimeException e) {
        place.files.close();
        throw e;
      }
      return place;
    } catch (NoSuchFileException | UnsuitableLocationException e) {
      throw e;
    } catch (IOException | IllegalArgumentException e) {
      // The second is how Hadoop says that a host is unknown, or that a path is malformed.
      throw unusable(location, e);
    }
  }

  private static void requireSuitable(String location, URI uri) throws IOException {
    Optional<String> reason = UnsuitableFileSystems.reason(uri.getScheme());
    if (reason.isPresent()) {
      String shown = ShownLocation.of(location);
      String where =
          location.startsWith(uri.getScheme() + ":") || !shown.equals(location)
              ? shown
              : location + ", which is " + uri;
      throw new UnsuitableLocationException(where, reason.get());
    }
  }

  /** The file system that a path is on, if that is HDFS; closes the other. */
  private static HdfsPlace resolve(String location, FileSystem named, Path path, Use use)
      throws IOException {
    if (named.getClass() == DistributedFileSystem.class) {
      return new HdfsPlace(location, (DistributedFileSystem) named, named.makeQualified(path));
    }
    Path resolved;
    try (named) {
      if (use == Use.WRITE) {
        named.mkdirs(path);
      }
      resolved = named.resolvePath(path);
    } catch (FileNotFoundException e) {
      throw noSuchPlace(location, e);
    }
    requireSuitable(location, resolved.toUri());
    Configuration conf = ClientConfiguration.of(resolved.toUri());
    // Mounts may also be laid over "hdfs".
    conf.setClass("fs.hdfs.impl", DistributedFileSystem.class, FileSystem.class);
    FileSystem mounted = FileSystem.newInstance(resolved.toUri(), conf);
    if (mounted instanceof DistributedFileSystem files) {
      return new HdfsPlace(location, files, resolved);
    }
    mounted.close();
    throw new UnsuitableLocationException(
        location + ", which leads to " + resolved,
        "that is served by " + mounted.getClass().getName() + ": use hdfs:// without mounts");
  }

  private void prepare(Use use) throws IOException {
    if (use == Use.WRITE) {
      files.mkdirs(directory);
      files.access(directory, FsAction.ALL);
      return;
    }
    try {
      if (!files.getFileStatus(directory).isDirectory()) {
        throw new NoSuchFileException(location, null, "not a directory");
      }
    } catch (FileNotFoundException e) {
      throw noSuchPlace(location, e);
    }
  }

  private static NoSuchFileException noSuchPlace(String location, Exception cause) {
    NoSuchFileException missing = new NoSuchFileException(location, null, "no such directory");
    missing.initCause(cause);
    return missing;
  }

  private static IOException unusable(String location, Throwable cause) {
    String remedy =
        cause instanceof AccessControlException
            ? "let this user read, write and search the directory, or choose another"
            : "check the location, that core-site.xml and hdfs-site.xml of the cluster are on the"
                + " class path, and that its name node runs and is not in safe mode";
    String shown = ShownLocation.of(location);
    if (!shown.equals(location)) {
      // Without the cause, which may quote the location.
      return new IOException(String.format(Locale.ROOT, "%s can't be used: %s", shown, remedy));
    }
    return new IOException(
        String.format(Locale.ROOT, "%s can't be used (%s): %s", location, firstLine(cause), remedy),
        cause);
  }

  /** Messages of the name node go on with its stack trace. */
  static String firstLine(Throwable cause) {
    return cause.toString().lines().findFirst().orElse("");
  }

  /** A path beneath the directory. */
  Path path(String name) {
    return name.isEmpty() ? directory : new Path(directory, name);
  }
}
