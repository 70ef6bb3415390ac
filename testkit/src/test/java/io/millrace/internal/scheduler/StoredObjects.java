package io.millrace.internal.scheduler;

import io.millrace.spi.checkpoint.CheckpointStorage;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** A storage in memory whose objects a test may damage. */
final class StoredObjects implements CheckpointStorage {

  private final TreeMap<String, byte[]> objects;

  StoredObjects(Map<String, byte[]> objects) {
    this.objects = new TreeMap<>(objects);
  }

  /** The files of a directory. */
  static StoredObjects load(Path directory) throws IOException {
    Map<String, byte[]> read = new TreeMap<>();
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        read.put(
            directory.relativize(file).toString().replace('\\', '/'), Files.readAllBytes(file));
      }
    }
    return new StoredObjects(read);
  }

  void save(Path directory) {
    objects.forEach(
        (name, content) -> {
          try {
            Files.createDirectories(directory.resolve(name).getParent());
            Files.write(directory.resolve(name), content);
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }

  Map<String, byte[]> objects() {
    return objects;
  }

  /** A copy with another content of one object. */
  StoredObjects with(String name, byte[] content) {
    StoredObjects copy = new StoredObjects(objects);
    copy.objects.put(name, content);
    return copy;
  }

  /** A copy without one object. */
  StoredObjects without(String name) {
    StoredObjects copy = new StoredObjects(objects);
    copy.objects.remove(name);
    return copy;
  }

  @Override
  public String location() {
    return "memory";
  }

  @Override
  public synchronized boolean putIfAbsent(String name, List<ByteBuffer> content) {
    int size = content.stream().mapToInt(ByteBuffer::remaining).sum();
    ByteBuffer joined = ByteBuffer.allocate(size);
    content.forEach(piece -> joined.put(piece.duplicate()));
    return objects.putIfAbsent(name, joined.array()) == null;
  }

  @Override
  public synchronized byte[] read(String name) throws IOException {
    byte[] content = objects.get(name);
    if (content == null) {
      throw new NoSuchFileException(name);
    }
    return content.clone();
  }

  @Override
  public synchronized byte[] read(String name, long offset, int length) throws IOException {
    byte[] content = objects.get(name);
    if (content == null) {
      throw new NoSuchFileException(name);
    }
    if (offset + length > content.length) {
      throw new EOFException(name);
    }
    return Arrays.copyOfRange(content, (int) offset, (int) offset + length);
  }

  @Override
  public synchronized List<StoredObject> list(String directory) {
    String prefix = directory.isEmpty() ? "" : directory + "/";
    return objects.entrySet().stream()
        .filter(entry -> entry.getKey().startsWith(prefix))
        .filter(entry -> entry.getKey().indexOf('/', prefix.length()) < 0)
        .map(entry -> new StoredObject(entry.getKey(), entry.getValue().length))
        .toList();
  }

  @Override
  public synchronized void delete(String name) {
    objects.remove(name);
  }

  @Override
  public void sweep() {}

  @Override
  public void close() {}
}
