package io.millrace.internal.scheduler;

import io.millrace.rdd.RDDContext;
import io.millrace.spi.checkpoint.CheckpointStorage;
import io.millrace.spi.checkpoint.DurableFiles;
import io.millrace.spi.checkpoint.FileCheckpointStorage;
import io.millrace.testkit.CrashPoints;
import io.millrace.testkit.CrashTreatment;
import io.millrace.testkit.CrashingFiles;
import io.millrace.testkit.SimulatedCrash;
import io.millrace.testkit.SimulatedDisk;
import io.millrace.testkit.SimulatedProcess;
import io.millrace.testkit.SimulatedProcess.Call;
import io.millrace.testkit.SimulatedProcess.Fault;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/** A program with a checkpoint that is started again whenever it dies. */
final class CrashStory implements CrashPoints.Story<Outside> {

  private final RDDContext engine;
  private final Outside beginning;
  private final Life.Program program;
  private final List<CrashTreatment> treatments;
  private final long outageMillis;
  private final Consumer<Outside> expected;
  private final UnaryOperator<DurableFiles> files;
  private final UnaryOperator<CheckpointStorage> storages;

  private CrashStory(
      RDDContext engine,
      Outside beginning,
      Life.Program program,
      List<CrashTreatment> treatments,
      long outageMillis,
      Consumer<Outside> expected,
      UnaryOperator<DurableFiles> files,
      UnaryOperator<CheckpointStorage> storages) {
    this.engine = engine;
    this.beginning = beginning;
    this.program = program;
    this.treatments = treatments;
    this.outageMillis = outageMillis;
    this.expected = expected;
    this.files = files;
    this.storages = storages;
  }

  /** A story in which nothing has happened yet. */
  static CrashStory of(RDDContext engine, Life.Program program, Consumer<Outside> expected) {
    return new CrashStory(
        engine,
        new Outside(),
        program,
        CrashTreatment.all(2),
        0,
        expected,
        UnaryOperator.identity(),
        UnaryOperator.identity());
  }

  CrashStory treated(List<CrashTreatment> other) {
    return new CrashStory(
        engine, beginning, program, other, outageMillis, expected, files, storages);
  }

  /** Time that passes between the death of a process and the next start. */
  CrashStory withOutage(long millis) {
    return new CrashStory(
        engine, beginning, program, treatments, millis, expected, files, storages);
  }

  /** The story with something else in the place of files. */
  CrashStory withFiles(UnaryOperator<DurableFiles> other) {
    return new CrashStory(
        engine, beginning, program, treatments, outageMillis, expected, other, storages);
  }

  /** The story with something else in the place of storage. */
  CrashStory withStorage(UnaryOperator<CheckpointStorage> other) {
    return new CrashStory(
        engine, beginning, program, treatments, outageMillis, expected, files, other);
  }

  /** The story that goes on with another program where this one has ended. */
  CrashStory then(RDDContext otherEngine, Life.Program other, Consumer<Outside> otherExpected) {
    Outside end = copy(beginning);
    run(end, new SimulatedProcess());
    return after(end, otherEngine, other, otherExpected);
  }

  /** The story that goes on with another program where this one has died at the first such call. */
  CrashStory thenAfterCrash(
      Fault fault,
      Predicate<Call> at,
      RDDContext otherEngine,
      Life.Program other,
      Consumer<Outside> otherExpected) {
    Outside end = copy(beginning);
    AtomicInteger numMet = new AtomicInteger();
    SimulatedProcess process =
        new SimulatedProcess(
            call -> at.test(call) && numMet.getAndIncrement() == 0 ? fault : Fault.NONE);
    try {
      run(end, process);
    } catch (RuntimeException | SimulatedCrash e) {
      if (!process.isDead()) {
        throw e;
      }
    }
    if (!process.isDead()) {
      throw new AssertionError("there is no such call");
    }
    return after(end, otherEngine, other, otherExpected);
  }

  private CrashStory after(
      Outside end, RDDContext otherEngine, Life.Program other, Consumer<Outside> otherExpected) {
    Outside found = end.with(end.disk.copy(), end.numProcesses + 1);
    found.nowMillis += outageMillis;
    return new CrashStory(
        otherEngine, found, other, treatments, outageMillis, otherExpected, files, storages);
  }

  @Override
  public Outside begin() {
    return copy(beginning);
  }

  @Override
  public Outside copy(Outside world) {
    return world.with(world.disk.copy(), world.numProcesses);
  }

  @Override
  public void run(Outside world, SimulatedProcess process) {
    try (Life life = new Life(world, process)) {
      AtomicInteger nonce = new AtomicInteger();
      CheckpointStorage storage =
          new FileCheckpointStorage(
              files.apply(new CrashingFiles(world.disk, process)),
              () -> world.numProcesses + "-" + nonce.incrementAndGet());
      life.run(engine, storages.apply(storage), program);
    }
  }

  @Override
  public void recover(Outside world, SimulatedProcess process) {
    run(world, process);
  }

  @Override
  public List<Outside> afterCrash(Outside world) {
    return world.disk.afterEachCrash(treatments).stream().map(disk -> next(world, disk)).toList();
  }

  private Outside next(Outside world, SimulatedDisk disk) {
    Outside found = world.with(disk, world.numProcesses + 1);
    found.nowMillis += outageMillis;
    return found;
  }

  @Override
  public void check(Outside world) {
    expected.accept(world);
  }
}
