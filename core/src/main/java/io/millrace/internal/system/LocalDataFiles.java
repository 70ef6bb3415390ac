package io.millrace.internal.system;

import io.millrace.spi.DataFiles;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URLDecoder;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Files of the local file system, by plain paths or {@code file:} URIs, in which {@code %20} and
 * the like are decoded. Paths in results are absolute. Only regular files are listed, through
 * links; pipes, devices and links that lead nowhere are passed over with one warning each.
 */
public final class LocalDataFiles implements DataFiles {

  private static final SkippedFiles SKIPPED = new SkippedFiles();
  private static final String SCHEME = "file:";
  // Two letters at least: one is a drive.
  private static final Pattern ANY_SCHEME = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]+:/.*");
  private static final Pattern ESCAPE = Pattern.compile("(?:%[0-9A-Fa-f]{2})+");

  @Override
  public boolean accepts(String path) {
    return path.startsWith(SCHEME) || !ANY_SCHEME.matcher(path).matches();
  }

  @Override
  public List<FileStatus> list(String pattern) throws IOException {
    String text = localText(pattern);
    List<Path> named = PathPattern.expand(text);
    if (named.isEmpty() && !PathPattern.hasWildcard(text)) {
      throw new FileNotFoundException("no such file or directory: " + pattern);
    }
    List<FileStatus> found = new ArrayList<>();
    for (Path each : named) {
      if (Files.isDirectory(each)) {
        addVisibleFiles(each, found::add);
      } else {
        addFile(each, found::add);
      }
    }
    found.sort(Comparator.comparing(FileStatus::path));
    return found.stream().distinct().toList();
  }

  @Override
  public List<FileStatus> listNew(String directory, Predicate<String> isKnown) throws IOException {
    List<FileStatus> found = new ArrayList<>();
    List<Path> named = PathPattern.expand(localText(directory));
    if (named.isEmpty() && !PathPattern.hasWildcard(directory)) {
      throw new FileNotFoundException("no such file or directory: " + directory);
    }
    for (Path each : named) {
      if (Files.isDirectory(each)) {
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(each)) {
          FileNames.Siblings names = new FileNames.Siblings(each);
          for (Path entry : entries) {
            String text = names.textOf(entry);
            if (!PathPattern.hasHiddenName(text) && !isKnown.test(text)) {
              addFile(entry, found::add);
            }
          }
        } catch (DirectoryIteratorException e) {
          throw e.getCause();
        }
      } else if (!isKnown.test(FileNames.textOf(each))) {
        addFile(each, found::add);
      }
    }
    return found;
  }

  @Override
  public boolean isLocal() {
    return true;
  }

  private static void addVisibleFiles(Path directory, Consumer<FileStatus> found)
      throws IOException {
    List<Path> entries;
    try (Stream<Path> stream = Files.list(directory)) {
      entries = stream.toList();
    }
    for (Path entry : entries) {
      if (!PathPattern.isHidden(entry)) {
        addFile(entry, found);
      }
    }
  }

  /** Adds a regular file, unless it has gone meanwhile. Links are followed. */
  private static void addFile(Path path, Consumer<FileStatus> found) throws IOException {
    try {
      BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
      if (attributes.isRegularFile()) {
        found.accept(
            new FileStatus(
                FileNames.textOf(path),
                attributes.size(),
                attributes.lastModifiedTime().toMillis()));
      } else if (!attributes.isDirectory()) {
        // To open a pipe or a device would wait for whoever writes to it.
        SKIPPED.warn(path, "it is no regular file");
      }
    } catch (NoSuchFileException e) {
      // Directories that are written to while they are listed are normal.
      return;
    } catch (FileSystemException e) {
      if (!Files.isSymbolicLink(path)) {
        throw e;
      }
      SKIPPED.warn(path, "it is a symbolic link that leads nowhere: " + e.getReason());
    }
  }

  @Override
  public InputStream open(String path, long offset) throws IOException {
    FileChannel channel = FileChannel.open(local(path), StandardOpenOption.READ);
    try {
      return Channels.newInputStream(channel.position(offset));
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  @Override
  public OutputStream create(String path) throws IOException {
    Path file = local(path);
    createParent(file);
    return Files.newOutputStream(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
  }

  @Override
  public boolean exists(String path) {
    return Files.exists(local(path), LinkOption.NOFOLLOW_LINKS);
  }

  @Override
  public void move(String from, String to) throws IOException {
    Path target = local(to);
    createParent(target);
    if (exists(to)) {
      throw new FileAlreadyExistsException(to);
    }
    try {
      Files.move(local(from), target, StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException e) {
      Files.move(local(from), target);
    }
  }

  @Override
  public void delete(String path) throws IOException {
    if (exists(path)) {
      Files.walkFileTree(local(path), new Deleter());
    }
  }

  private static void createParent(Path file) throws IOException {
    Path parent = file.getParent();
    if (parent != null) {
      Files.createDirectories(parent);
    }
  }

  /** The absolute path that a plain path or a {@code file:} URI means. */
  static Path local(String path) {
    Optional<Path> escaped = FileNames.ofEscapedUri(path);
    return PathPattern.absolute(
        escaped.isPresent() ? escaped.get() : FileNames.pathOf(localText(path)));
  }

  /** The path as the file system writes it; wildcards stay. */
  private static String localText(String path) {
    if (!path.startsWith(SCHEME)) {
      return path;
    }
    String rest = path.substring(SCHEME.length());
    if (rest.startsWith("//")) {
      int slash = rest.indexOf('/', 2);
      String host = slash < 0 ? rest.substring(2) : rest.substring(2, slash);
      if (!host.isEmpty() && !host.equals("localhost")) {
        throw new IllegalArgumentException("not a file of this machine: " + path);
      }
      rest = slash < 0 ? "/" : rest.substring(slash);
    }
    return ESCAPE
        .matcher(rest)
        .replaceAll(
            match ->
                Matcher.quoteReplacement(URLDecoder.decode(match.group(), StandardCharsets.UTF_8)));
  }

  /** Deletes bottom up; does not follow links. */
  private static final class Deleter extends SimpleFileVisitor<Path> {

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
      Files.deleteIfExists(file);
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFileFailed(Path file, IOException failure) throws IOException {
      if (failure instanceof NoSuchFileException) {
        return FileVisitResult.CONTINUE;
      }
      throw failure;
    }

    @Override
    public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException failure)
        throws IOException {
      if (failure != null) {
        throw failure;
      }
      Files.deleteIfExists(directory);
      return FileVisitResult.CONTINUE;
    }
  }
}
