package io.millrace.spark;

import java.io.File;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.apache.spark.SparkContext;
import org.apache.spark.util.Utils$;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Spark's local directories of this process, {@code blockmgr-*} and {@code spark-*}. Spark deletes
 * them when the process ends in order; those of a process that was killed stay. So each gets a file
 * that names its owner, and which the owner keeps locked; a later start deletes the directories
 * whose owner is dead. A directory without such a file is not Millrace's, and is left alone.
 */
final class LocalDirectories {

  private static final Logger LOG = LoggerFactory.getLogger(LocalDirectories.class);

  static final String OWNER = "millrace-owner";

  /** As Spark names them. */
  private static final Pattern NAME = Pattern.compile("(?:blockmgr|spark)-[0-9a-f-]{36}");

  private static final int MAX_LOOKED_AT = 10_000;
  private static final int MAX_DELETED = 100;

  /**
   * Held until the process ends, whatever ends it. Their files are not opened again: on some
   * systems closing a file releases all locks that the process has on it.
   */
  private static final Map<Path, FileLock> HELD = new ConcurrentHashMap<>();

  private LocalDirectories() {}

  /** Marks the directories of this process, and deletes those of dead ones in the background. */
  static void claim(SparkContext spark) {
    Set<Path> roots = new TreeSet<>();
    for (Path directory : of(spark)) {
      Path root = directory.getParent();
      if (root != null && own(directory)) {
        roots.add(root);
      }
    }
    Thread cleaner =
        new Thread(() -> roots.forEach(LocalDirectories::deleteDead), "millrace-local-directories");
    cleaner.setDaemon(true);
    cleaner.start();
  }

  private static Set<Path> of(SparkContext spark) {
    Set<Path> all = new TreeSet<>();
    for (File each : spark.env().blockManager().diskBlockManager().localDirs()) {
      all.add(each.toPath().toAbsolutePath());
    }
    for (String each : Utils$.MODULE$.getOrCreateLocalRootDirs(spark.conf())) {
      all.add(Path.of(each).toAbsolutePath());
    }
    all.removeIf(directory -> !NAME.matcher(directory.getFileName().toString()).matches());
    return all;
  }

  /** Whether the directory is marked as this process's. */
  private static synchronized boolean own(Path directory) {
    if (HELD.containsKey(directory)) {
      return true; // of an earlier context of this process
    }
    try {
      FileChannel channel =
          FileChannel.open(
              directory.resolve(OWNER), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      FileLock lock = channel.tryLock();
      if (lock == null) {
        channel.close();
        return false;
      }
      channel.truncate(0);
      channel.write(StandardCharsets.UTF_8.encode(identity(ProcessHandle.current()) + "\n"));
      HELD.put(directory, lock);
      return true;
    } catch (IOException e) {
      LOG.debug("{} stays if this process is killed: {}", directory, e.toString());
      return false;
    }
  }

  /** A process by its id and the time of its start, since ids are used again. */
  static String identity(ProcessHandle process) {
    return process.pid()
        + " "
        + process.info().startInstant().map(Instant::toEpochMilli).orElse(-1L);
  }

  /** Deletes the directories in this one whose owners are dead; as many as the bounds allow. */
  static void deleteDead(Path root) {
    int lookedAt = 0;
    int deleted = 0;
    try (DirectoryStream<Path> entries =
        Files.newDirectoryStream(
            root, entry -> NAME.matcher(entry.getFileName().toString()).matches())) {
      for (Path directory : entries) {
        if (++lookedAt > MAX_LOOKED_AT || deleted >= MAX_DELETED) {
          break;
        }
        if (Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS) && isDeleted(directory)) {
          deleted++;
        }
      }
    } catch (IOException | RuntimeException e) {
      LOG.warn("local directories of dead processes in {} stay: {}", root, e.toString());
    }
    if (deleted > 0) {
      LOG.info("deleted {} local directories in {} of drivers that were killed", deleted, root);
    }
  }

  private static boolean isDeleted(Path directory) throws IOException {
    Path owner = directory.resolve(OWNER);
    if (HELD.containsKey(directory)
        || !Files.isRegularFile(owner, LinkOption.NOFOLLOW_LINKS)
        || !Files.isWritable(owner)
        || isAlive(Files.readString(owner).strip())) {
      return false;
    }
    try (FileChannel channel = FileChannel.open(owner, StandardOpenOption.WRITE);
        FileLock lock = lock(channel)) {
      if (lock == null) {
        return false;
      }
      delete(directory);
      return true;
    }
  }

  /** Null if the owner, or another that deletes, has it. */
  private static @Nullable FileLock lock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) {
      return null;
    }
  }

  /** Told apart from the lock, since not all file systems have locks that count. */
  private static boolean isAlive(String identity) {
    String[] parts = identity.split(" ");
    if (parts.length != 2 || !parts[0].matches("\\d{1,18}")) {
      return true; // not written to the end, or by another version
    }
    return ProcessHandle.of(Long.parseLong(parts[0]))
        .filter(process -> identity(process).equals(identity))
        .isPresent();
  }

  /** The owner file goes last, so that what could not be deleted is tried again. */
  private static void delete(Path directory) throws IOException {
    Path owner = directory.resolve(OWNER);
    Files.walkFileTree(
        directory,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            if (!file.equals(owner)) {
              Files.delete(file);
            }
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException failure)
              throws IOException {
            if (failure != null) {
              throw failure;
            }
            if (visited.equals(directory)) {
              Files.delete(owner);
            }
            Files.delete(visited);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
