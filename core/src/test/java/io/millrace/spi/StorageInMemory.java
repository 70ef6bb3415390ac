package io.millrace.spi;

import io.millrace.spi.checkpoint.CheckpointStorage;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;

/** Objects in a map; each write fails for as long as it is told to. */
public final class StorageInMemory implements CheckpointStorage, Serializable {

  private static final long serialVersionUID = 1L;
  private static final AtomicInteger NEXT = new AtomicInteger();
  private static final Map<Integer, StorageInMemory> ALL = new ConcurrentHashMap<>();

  private final int number = NEXT.getAndIncrement();

  public final transient Map<String, byte[]> objects = new ConcurrentSkipListMap<>();
  public final transient AtomicInteger failures = new AtomicInteger();

  /** Tasks of this process find the very one. */
  private Object writeReplace() {
    ALL.put(number, this);
    return new Ticket(number);
  }

  private record Ticket(int number) implements Serializable {
    private Object readResolve() {
      return ALL.get(number);
    }
  }

  @Override
  public String location() {
    return "memory:";
  }

  @Override
  public boolean putIfAbsent(String name, List<ByteBuffer> content) throws IOException {
    if (failures.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
      throw new IOException("no space left for " + name);
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (ByteBuffer piece : content) {
      byte[] copy = new byte[piece.remaining()];
      piece.duplicate().get(copy);
      bytes.writeBytes(copy);
    }
    return objects.putIfAbsent(name, bytes.toByteArray()) == null;
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
  public byte[] read(String name) throws IOException {
    byte[] content = objects.get(name);
    if (content == null) {
      throw new NoSuchFileException(name);
    }
    return content;
  }

  @Override
  public List<StoredObject> list(String directory) {
    List<StoredObject> listed = new ArrayList<>();
    objects.forEach(
        (name, content) -> {
          if (name.startsWith(directory + "/") && name.indexOf('/', directory.length() + 1) < 0) {
            listed.add(new StoredObject(name, content.length));
          }
        });
    return listed;
  }

  @Override
  public void delete(String name) {
    objects.remove(name);
  }

  @Override
  public void sweep() {}

  @Override
  public void close() {}
}
