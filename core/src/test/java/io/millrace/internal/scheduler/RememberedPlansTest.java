package io.millrace.internal.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.internal.checkpoint.BatchKey;
import io.millrace.spi.plan.PlanNode;
import io.millrace.spi.plan.UnionNode;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is held of batches of which several may have the same time. */
class RememberedPlansTest {

  private static PlanNode<?> plan() {
    return new UnionNode<>("plan", List.of());
  }

  private final PlanNode<?> first = plan();
  private final PlanNode<?> second = plan();
  private final PlanNode<?> third = plan();

  private RememberedPlans twoOfTheSameTime(long plans, long records) {
    RememberedPlans remembered = new RememberedPlans(new RememberedPlans.Horizon(plans, records));
    remembered.add(new BatchKey(10, 1), first);
    remembered.add(new BatchKey(10, 2), second);
    remembered.add(new BatchKey(11, 3), third);
    return remembered;
  }

  @Test
  void between_hasAllBatchesOfATime_inOrderOfTheirNumbers() {
    RememberedPlans remembered = twoOfTheSameTime(100, 100);
    assertThat(remembered.between(9, 10)).containsExactly(first, second);
    assertThat(remembered.between(10, 11)).containsExactly(third);
    assertThat(remembered.between(9, 11)).containsExactly(first, second, third);
  }

  @Test
  void endBatch_dropsEachOnceThatIsOldEnough_thoughAnotherOfItsTimeWent() {
    RememberedPlans remembered = new RememberedPlans(new RememberedPlans.Horizon(100, 0));
    remembered.add(new BatchKey(10, 1), first);
    assertThat(remembered.endBatch(10)).containsExactly(first);
    remembered.add(new BatchKey(10, 2), second);
    assertThat(remembered.endBatch(10)).containsExactly(second);
    assertThat(remembered.endBatch(10)).isEmpty();
    assertThat(remembered.size()).isEqualTo(2);
  }

  @Test
  void endBatch_forgetsAllOfATimeTogether() {
    RememberedPlans remembered = twoOfTheSameTime(10, 10);
    remembered.endBatch(19);
    assertThat(remembered.size()).isEqualTo(3);
    remembered.endBatch(20);
    assertThat(remembered.between(0, 20)).containsExactly(third);
    assertThat(remembered.forgottenMillis()).isEqualTo(10);
  }
}
