package io.millrace.sink;

import io.millrace.spi.checkpoint.CheckpointStorage;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;

/**
 * Objects in memory. A process that crashes in it does so before or after a call that changes it.
 */
final class MemoryStorage implements CheckpointStorage {

  /** Ends the process. */
  static final class Crash extends Error {
    private static final long serialVersionUID = 1L;
  }

  final TreeMap<String, byte[]> objects;

  /** Names that begin so are not stored, as by a store that lies. */
  String lostPrefix = "-";

  private long callsLeft = Long.MAX_VALUE;
  private boolean isAfter;
  private long numCalls;

  MemoryStorage() {
    this(new TreeMap<>());
  }

  private MemoryStorage(TreeMap<String, byte[]> objects) {
    this.objects = objects;
  }

  /** What is found after a crash. */
  MemoryStorage reopened() {
    return new MemoryStorage(objects);
  }

  void crashAt(long call, boolean after) {
    callsLeft = call;
    isAfter = after;
  }

  long numCalls() {
    return numCalls;
  }

  private boolean crashes() {
    numCalls++;
    return --callsLeft == 0;
  }

  @Override
  public String location() {
    return "memory";
  }

  @Override
  public boolean putIfAbsent(String name, List<ByteBuffer> content) {
    boolean isLast = crashes();
    if (isLast && !isAfter) {
      throw new Crash();
    }
    ByteBuffer joined = ByteBuffer.allocate(content.stream().mapToInt(ByteBuffer::remaining).sum());
    content.forEach(piece -> joined.put(piece.duplicate()));
    boolean isNew =
        name.startsWith(lostPrefix) || objects.putIfAbsent(name, joined.array()) == null;
    if (isLast) {
      throw new Crash();
    }
    return isNew;
  }

  @Override
  public byte[] read(String name) throws IOException {
    byte[] content = objects.get(name);
    if (content == null) {
      throw new NoSuchFileException(name);
    }
    return content.clone();
  }

  @Override
  public byte[] read(String name, long offset, int length) throws IOException {
    byte[] content = read(name);
    if (offset + length > content.length) {
      throw new EOFException(name);
    }
    return Arrays.copyOfRange(content, (int) offset, (int) offset + length);
  }

  @Override
  public List<StoredObject> list(String directory) {
    String prefix = directory.isEmpty() ? "" : directory + "/";
    return objects.entrySet().stream()
        .filter(entry -> entry.getKey().startsWith(prefix))
        .filter(entry -> entry.getKey().indexOf('/', prefix.length()) < 0)
        .map(entry -> new StoredObject(entry.getKey(), entry.getValue().length))
        .toList();
  }

  @Override
  public void delete(String name) {
    boolean isLast = crashes();
    if (isLast && !isAfter) {
      throw new Crash();
    }
    objects.remove(name);
    if (isLast) {
      throw new Crash();
    }
  }

  @Override
  public void sweep() {}

  @Override
  public void close() {}
}
