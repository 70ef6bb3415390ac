package io.millrace.spi.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.testkit.CrashingFiles;
import io.millrace.testkit.SimulatedDisk;
import io.millrace.testkit.SimulatedProcess;
import io.millrace.testkit.SimulatedProcess.Fault;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Two writers on one log: a slot has one owner, and who was fenced adds nothing. */
@Timeout(120)
class SlotLogRaceTest {

  private static final LogName LOG = LogName.of("log", new UUID(1, 2));

  /** What one writer was told. */
  private static final class Told {
    long claim;
    final List<Long> appended = new ArrayList<>();
    boolean isFenced;
  }

  /** A writer that claims, appends, drops what came before, and appends once more. */
  private static final class Writers implements Interleavings.Race {

    private final SimulatedDisk disk = new SimulatedDisk();
    private final AtomicInteger nonce = new AtomicInteger();
    private final Told[] told = {new Told(), new Told()};
    private final Interleavings.Turns turns;
    private final Predicate<SimulatedProcess.Call> isStep;

    Writers(Interleavings.Turns turns, Predicate<SimulatedProcess.Call> isStep) {
      this.turns = turns;
      this.isStep = isStep;
    }

    private FileCheckpointStorage storage(SimulatedProcess process) {
      return new FileCheckpointStorage(
          new CrashingFiles(disk, process), () -> "n" + nonce.incrementAndGet());
    }

    @Override
    public void run(int task) throws IOException {
      SimulatedProcess process =
          new SimulatedProcess(
              call -> {
                if (isStep.test(call)) {
                  turns.await(task);
                }
                return Fault.NONE;
              });
      Told own = told[task];
      try {
        SlotLog log = SlotLog.claim(storage(process), LOG, new UUID(0, task)).log();
        own.claim = log.lastNumber();
        append(log, own, 1);
        append(log, own, log.lastNumber() + 1);
        log.deleteUnneeded();
        append(log, own, 1);
      } catch (FencedException e) {
        own.isFenced = true;
      }
    }

    private static void append(SlotLog log, Told own, long retainFrom) throws IOException {
      byte[] body = log.epoch() == 1 ? new byte[] {1} : "later".getBytes(StandardCharsets.UTF_8);
      own.appended.add(log.append(body, retainFrom));
    }

    @Override
    public void check() throws IOException {
      Told first = told[0].claim < told[1].claim ? told[0] : told[1];
      Told second = first == told[0] ? told[1] : told[0];
      assertThat(first.claim).isNotEqualTo(second.claim);
      assertThat(first.appended).allMatch(number -> number > first.claim && number < second.claim);
      assertThat(first.isFenced).isEqualTo(first.appended.size() < 3);
      assertThat(second.isFenced).isFalse();
      assertThat(second.appended)
          .containsExactly(second.claim + 1, second.claim + 2, second.claim + 3);
      SlotLog.Contents contents = SlotLog.read(storage(new SimulatedProcess()), LOG);
      assertThat(contents.slots())
          .extracting(Slot::number)
          .containsExactly(second.claim + 2, second.claim + 3);
      assertThat(contents.lastEpoch()).isGreaterThanOrEqualTo(2);
    }
  }

  @Test
  void log_hasOneWriterAtATimeInAnyOrderOfWhatOthersCanSee() throws Exception {
    // Temporary files and syncs are seen by nobody else.
    Set<String> visible = Set.of("link", "list", "read", "delete");
    int numRuns =
        new Interleavings(
                3,
                turns ->
                    new Writers(
                        turns,
                        call ->
                            visible.contains(call.operation()) && !call.target().startsWith(".")))
            .run();
    assertThat(numRuns).isGreaterThan(1_000);
  }

  @Test
  @Tag("slow")
  void log_hasOneWriterAtATimeInAnyOrderOfAllCalls() throws Exception {
    int numRuns = new Interleavings(2, turns -> new Writers(turns, call -> true)).run();
    assertThat(numRuns).isGreaterThan(1_000);
  }
}
