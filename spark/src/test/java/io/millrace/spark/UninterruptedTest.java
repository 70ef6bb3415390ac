package io.millrace.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.Conf;
import io.millrace.rdd.RDD;
import io.millrace.rdd.RDDContext;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class UninterruptedTest {

  @AfterEach
  void forgetInterrupts() {
    Thread.interrupted();
  }

  @Test
  void anInterrupt_isKeptForTheCaller() {
    List<Boolean> seen = new ArrayList<>();
    Thread.currentThread().interrupt();
    Uninterrupted.run(() -> seen.add(Thread.currentThread().isInterrupted()));
    assertThat(seen).containsExactly(false);
    assertThat(Thread.currentThread().isInterrupted()).isTrue();
  }

  @Test
  void aCallThatIsInterrupted_isMadeAgain_andOtherFailuresAreThrown() {
    List<Integer> calls = new ArrayList<>();
    Uninterrupted.run(
        () -> {
          calls.add(calls.size());
          if (calls.size() == 1) {
            UninterruptedTest.<RuntimeException>sneak(new InterruptedException());
          }
        });
    assertThat(calls).containsExactly(0, 1);
    assertThat(Thread.interrupted()).isTrue();
    assertThatThrownBy(
            () ->
                Uninterrupted.run(
                    () -> {
                      throw new IllegalStateException("no");
                    }))
        .hasMessage("no");
  }

  @SuppressWarnings("unchecked")
  private static <E extends Exception> void sneak(Exception e) throws E {
    throw (E) e;
  }

  @Test
  void unpersist_byAnInterruptedThread_dropsTheRecords() {
    Conf conf = new Conf().setMaster("local[2]").set("millrace.engine", "spark-in-process");
    try (RDDContext context = new RDDContext(conf.setAppName("interrupted"))) {
      RDD<Integer> kept = context.parallelize(List.of(1, 2, 3), 2).map(i -> i + 1).cache();
      assertThat(kept.count()).isEqualTo(3);
      int before = StoredBlocks.ofDatasets().size();
      Thread.currentThread().interrupt();
      kept.unpersist();
      assertThat(Thread.interrupted()).isTrue();
      assertThat(before).isPositive();
      StoredBlocks.await("no kept blocks", () -> StoredBlocks.ofDatasets().isEmpty());
    }
  }
}
