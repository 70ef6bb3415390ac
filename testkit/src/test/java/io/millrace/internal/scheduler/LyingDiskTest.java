package io.millrace.internal.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.Conf;
import io.millrace.CorruptionException;
import io.millrace.rdd.RDDContext;
import io.millrace.sink.ForeignLedgerException;
import io.millrace.stream.CheckpointException;
import io.millrace.testkit.CrashTreatment;
import io.millrace.testkit.SimulatedCrash;
import io.millrace.testkit.SimulatedProcess;
import io.millrace.testkit.SimulatedProcess.Call;
import io.millrace.testkit.SimulatedProcess.Fault;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * A disk that says it has synced what it has not: after a crash the program starts from an earlier
 * state, or is told by name that it can't; no batch is skipped or doubled.
 */
@Tag("slow")
class LyingDiskTest {

  private static final RDDContext ENGINE = Life.engine(new Conf());

  @AfterAll
  static void close() {
    ENGINE.close();
  }

  /** One lie, and one crash at every call after it. */
  @Test
  void syncThatLied_endsInANamedErrorOrAnEarlierState() {
    CrashStory story =
        CrashStory.of(ENGINE, Programs::window, outside -> {}).treated(CrashTreatment.all(1));
    List<Call> calls = new ArrayList<>();
    SimulatedProcess honest =
        new SimulatedProcess(
            call -> {
              calls.add(call);
              return Fault.NONE;
            });
    story.run(story.begin(), honest);
    int numNamed = 0;
    int numGood = 0;
    for (Call lie : calls) {
      if (lie.operation().startsWith("sync")) {
        for (int crash = lie.number() + 1; crash <= calls.size(); crash += 3) {
          for (Outside found : story.afterCrash(dead(story, lie.number(), crash))) {
            if (isNamed(story, found)) {
              numNamed++;
              Expected.prefixOnce(found, "A");
            } else {
              numGood++;
              Expected.eachOnce(found, "A", Programs.END);
            }
          }
        }
      }
    }
    assertThat(numNamed).isGreaterThan(100);
    assertThat(numGood).isGreaterThan(1_000);
  }

  private static Outside dead(CrashStory story, int lie, int crash) {
    Outside outside = story.begin();
    SimulatedProcess process =
        new SimulatedProcess(
            call ->
                call.number() == lie
                    ? Fault.LIE
                    : call.number() == crash ? Fault.CRASH_BEFORE : Fault.NONE);
    try {
      story.run(outside, process);
    } catch (RuntimeException | SimulatedCrash e) {
      assertThat(process.isDead()).as("%s", e).isTrue();
    }
    return outside;
  }

  /** Starts again; whether that is refused. */
  private static boolean isNamed(CrashStory story, Outside found) {
    try {
      story.recover(found, new SimulatedProcess());
      return false;
    } catch (CheckpointException e) {
      assertThat(
              e.getCause() == null || e.getCause() instanceof CorruptionException || isForeign(e))
          .as("%s", e)
          .isTrue();
      assertThat(e.getMessage()).containsAnyOf("estore", "is that of checkpoint");
      return true;
    }
  }

  /** The identity itself was lost: the sink knows another. */
  private static boolean isForeign(CheckpointException e) {
    return e.getCause() instanceof ForeignLedgerException;
  }
}
