package io.millrace.testkit;

import io.millrace.spi.checkpoint.DurableFiles;
import io.millrace.testkit.SimulatedProcess.Effect;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * The files of a {@link SimulatedDisk} as one process sees them, which may crash at any call, be
 * told of failures, and be lied to by a sync.
 *
 * <p>A sync that fails has not synced, and what it was to sync never is. One that lies has not
 * either, but the next one of the same file or directory may.
 */
public final class CrashingFiles implements DurableFiles {

  private final SimulatedDisk disk;
  private final SimulatedProcess process;

  public CrashingFiles(SimulatedDisk disk, SimulatedProcess process) {
    this.disk = disk;
    this.process = process;
  }

  /** A change without result. */
  @FunctionalInterface
  private interface Change {
    void make() throws IOException;
  }

  /** What a sync does, and what becomes of the data if it fails. */
  private record Sync(Change sync, Runnable failure) implements Effect<Boolean> {

    @Override
    public Boolean happen() throws IOException {
      sync.make();
      return true;
    }

    @Override
    public void fail() {
      failure.run();
    }

    @Override
    public Boolean lie() {
      return true;
    }
  }

  private void change(String operation, String path, Change change) throws IOException {
    process.call(
        operation,
        path,
        () -> {
          change.make();
          return true;
        });
  }

  @Override
  public String location() {
    return "a simulated disk";
  }

  @Override
  public void create(String path, List<ByteBuffer> content) throws IOException {
    change("create", path, () -> disk.create(path, content));
  }

  @Override
  public void sync(String path) throws IOException {
    process.call("sync", path, new Sync(() -> disk.sync(path), () -> disk.failSync(path)));
  }

  @Override
  public void link(String path, String existing) throws IOException {
    change("link", path, () -> disk.link(path, existing));
  }

  @Override
  public void createDirectory(String path) throws IOException {
    change("createDirectory", path, () -> disk.createDirectory(path));
  }

  @Override
  public void syncDirectory(String path) throws IOException {
    process.call(
        "syncDirectory",
        path,
        new Sync(() -> disk.syncDirectory(path), () -> disk.failSyncDirectory(path)));
  }

  @Override
  public void delete(String path) throws IOException {
    change("delete", path, () -> disk.delete(path));
  }

  @Override
  public List<String> list(String path) throws IOException {
    return process.call("list", path, () -> disk.list(path));
  }

  @Override
  public long size(String path) throws IOException {
    return process.call("size", path, () -> disk.size(path));
  }

  @Override
  public byte[] read(String path, long offset, int length) throws IOException {
    return process.call("read", path, () -> disk.read(path, offset, length));
  }
}
