package io.millrace.spi.checkpoint;

import io.millrace.testkit.CrashingFiles;
import io.millrace.testkit.SimulatedDisk;
import io.millrace.testkit.SimulatedProcess;
import io.millrace.testkit.StorageContract;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;

/** The contract on simulated files. */
class SimulatedStorageTest implements StorageContract {

  private final SimulatedDisk disk = new SimulatedDisk();
  private final AtomicInteger nonce = new AtomicInteger();

  @Override
  public CheckpointStorage open() throws IOException {
    return FileCheckpointStorage.open(
        new CrashingFiles(disk, new SimulatedProcess()), () -> "n" + nonce.incrementAndGet());
  }
}
