package io.millrace.spi.checkpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/** A store that passes everything on, for tests in which some of it goes another way. */
public abstract class ForwardingStorage implements CheckpointStorage {

  protected final CheckpointStorage real;

  protected ForwardingStorage(CheckpointStorage real) {
    this.real = real;
  }

  @Override
  public String location() {
    return real.location();
  }

  @Override
  public boolean putIfAbsent(String name, List<ByteBuffer> content) throws IOException {
    return real.putIfAbsent(name, content);
  }

  @Override
  public byte[] read(String name, long offset, int length) throws IOException {
    return real.read(name, offset, length);
  }

  @Override
  public byte[] read(String name) throws IOException {
    return real.read(name);
  }

  @Override
  public List<StoredObject> list(String directory) throws IOException {
    return real.list(directory);
  }

  @Override
  public void delete(String name) throws IOException {
    real.delete(name);
  }

  @Override
  public void sweep() throws IOException {
    real.sweep();
  }

  @Override
  public void close() throws IOException {
    real.close();
  }
}
