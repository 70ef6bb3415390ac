package io.millrace.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.ref.Reference;
import java.lang.ref.WeakReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class HeldEntriesTest {

  @Test
  void steps_areThoseThatSomebodyCanRead() {
    HeldEntries held = new HeldEntries();
    Object first = new Object();
    Object second = new Object();
    held.add(1, first);
    held.add(2, second);
    held.add(2, first);

    assertThat(held.steps()).containsExactlyInAnyOrder(1L, 2L);
    Reference.reachabilityFence(first);
    Reference.reachabilityFence(second);
  }

  @Test
  @Timeout(30)
  void aStepThatNobodyHolds_isForgotten() {
    HeldEntries held = new HeldEntries();
    Object kept = new Object();
    held.add(1, kept);
    WeakReference<Object> gone = addUnheld(held, 2);
    while (gone.get() != null) {
      System.gc();
    }
    assertThat(held.steps()).containsExactly(1L);
    Reference.reachabilityFence(kept);
  }

  private static WeakReference<Object> addUnheld(HeldEntries held, long step) {
    Object blocks = new Object();
    held.add(step, blocks);
    return new WeakReference<>(blocks);
  }

  @Test
  void nothingHeld_isNoSteps() {
    assertThat(new HeldEntries().steps()).isEmpty();
  }
}
