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
import java.nio.file.FileAlreadyExistsException;
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
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Files of the local file system, by plain paths or {@code file:} URIs, in which {@code %20} and
 * the like are decoded. Paths in results are absolute.
 */
public final class LocalDataFiles implements DataFiles {

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
        addVisibleFiles(each, found);
      } else {
        addFile(each, found);
      }
    }
    found.sort(Comparator.comparing(FileStatus::path));
    return found.stream().distinct().toList();
  }

  private static void addVisibleFiles(Path directory, List<FileStatus> found) throws IOException {
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

  /** Adds a plain file, unless it has gone meanwhile. */
  private static void addFile(Path path, List<FileStatus> found) throws IOException {
    try {
      BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
      if (!attributes.isDirectory()) {
        found.add(
            new FileStatus(
                path.toString(), attributes.size(), attributes.lastModifiedTime().toMillis()));
      }
    } catch (NoSuchFileException e) {
      // Directories that are written to while they are listed are normal.
      return;
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
    return PathPattern.absolute(Path.of(localText(path)));
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
