package io.millrace.spark;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.function.Function2;
import io.millrace.rdd.HashPartitioner;
import io.millrace.spi.plan.Placement;
import io.millrace.spi.state.StateLimits;
import io.millrace.spi.state.StateOperator;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class ExecutorStatesTest {

  private static final Placement PLACEMENT = new HashPartitioner(2);
  private static final List<StateVersion> EMPTY = Collections.nCopies(2, StateVersion.EMPTY);

  private static final Function2<List<Object>, Optional<Object>, Optional<Object>> LAST =
      (values, state) -> values.isEmpty() ? state : Optional.of(values.get(0));

  private static StateAddress address(String key) {
    return new StateAddress(
        key, "sums", new StateOperator.UpdateKeys(LAST, false), PLACEMENT, StateLimits.NONE);
  }

  @Test
  @Timeout(30)
  void aPartitionDiscardedBetweenLookUpAndLock_isLookedUpAgain() throws Exception {
    ExecutorStates states = ExecutorStates.of(address("raced"));
    try {
      ResidentPartition stale = states.lock(1);
      stale.replace(states.empty(1), new StateVersion(7, 1));
      FutureTask<ResidentPartition> step =
          new FutureTask<>(
              () -> {
                ResidentPartition locked = states.lock(1);
                locked.lock.unlock();
                return locked;
              });
      Thread task = new Thread(step);
      task.start();
      while (!stale.lock.hasQueuedThread(task)) {
        Thread.onSpinWait();
      }
      states.discardStale(EMPTY, 8);
      stale.lock.unlock();

      assertThat(step.get()).isNotSameAs(stale).isSameAs(states.find(1));
    } finally {
      ExecutorStates.forget("raced");
    }
  }

  @Test
  void aPartitionAtItsVersion_isKept() throws Exception {
    ExecutorStates states = ExecutorStates.of(address("kept"));
    try {
      ResidentPartition current = states.lock(0);
      current.lock.unlock();
      states.discardStale(EMPTY, 1);
      assertThat(states.find(0)).isSameAs(current);
    } finally {
      ExecutorStates.forget("kept");
    }
  }
}
