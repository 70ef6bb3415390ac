package io.millrace.sink;

import io.millrace.spi.checkpoint.CheckpointStorage;
import io.millrace.spi.checkpoint.ForwardingStorage;
import io.millrace.testkit.SinkContract.Faults;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

/** A store one of whose puts fails, before or after it was carried out. */
final class FaultyStorage extends ForwardingStorage {

  /** What breaks; shared by all stores at a place. */
  static final class Plan implements Faults {

    private record Fault(String directory, boolean isAfter) {}

    private final AtomicReference<Fault> next = new AtomicReference<>();

    @Override
    public void failBeforeNextStep() {
      failBeforeNextPut("manifest/");
    }

    @Override
    public void failAfterNextStep() {
      failAfterNextPut("manifest/");
    }

    void failBeforeNextPut(String directory) {
      next.set(new Fault(directory, false));
    }

    void failAfterNextPut(String directory) {
      next.set(new Fault(directory, true));
    }
  }

  private final Plan plan;

  FaultyStorage(CheckpointStorage storage, Plan plan) {
    super(storage);
    this.plan = plan;
  }

  @Override
  public boolean putIfAbsent(String name, List<ByteBuffer> content) throws IOException {
    Plan.Fault fault = plan.next.get();
    if (fault == null || !name.startsWith(fault.directory())) {
      return super.putIfAbsent(name, content);
    }
    plan.next.set(null);
    if (fault.isAfter()) {
      super.putIfAbsent(name, content);
    }
    throw new IOException(
        "the answer to the put of " + name + " is lost, after it: " + fault.isAfter());
  }
}
