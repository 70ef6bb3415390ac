package io.millrace.internal.embedded;

import io.millrace.spi.SpillFiles;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;

/** Files that can be damaged, lost, or refused. */
final class SpillFilesInMemory implements SpillFiles {

  final Map<String, byte[]> files = new ConcurrentSkipListMap<>();
  final AtomicInteger created = new AtomicInteger();

  /** What the disk has room for; a write beyond fails. */
  volatile long capacity = Long.MAX_VALUE;

  @Override
  public String location() {
    return "/test/spill";
  }

  @Override
  public OutputStream create(String name) {
    created.incrementAndGet();
    files.put(name, new byte[0]);
    return new ByteArrayOutputStream() {
      @Override
      public synchronized void write(byte[] bytes, int from, int length) {
        super.write(bytes, from, length);
      }

      @Override
      public void flush() throws IOException {
        long used = files.values().stream().mapToLong(file -> file.length).sum();
        if (used - files.getOrDefault(name, new byte[0]).length + size() > capacity) {
          throw new IOException("No space left on device");
        }
        files.computeIfPresent(name, (same, old) -> toByteArray());
      }

      @Override
      public void close() throws IOException {
        flush();
      }
    };
  }

  @Override
  public InputStream open(String name, long offset, long length) throws IOException {
    byte[] file = files.get(name);
    if (file == null) {
      throw new FileNotFoundException(name);
    }
    return new ByteArrayInputStream(file, (int) offset, (int) length);
  }

  @Override
  public void delete(String name) {
    files.remove(name);
  }

  @Override
  public void close() {
    files.clear();
  }
}
