package io.millrace.spark;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.spi.plan.CartesianNode;
import io.millrace.spi.plan.CoalesceNode;
import io.millrace.spi.plan.PlanNode;
import io.millrace.spi.plan.UnionNode;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class StageBuilderTest {

  private final PlanNode<Object> left = records("left", 3);
  private final PlanNode<Object> right = records("right", 2);

  private static PlanNode<Object> records(String operation, int numPartitions) {
    return new io.millrace.spi.plan.BlockSetNode<>(
        operation,
        new DriverBlocks<>(operation, java.util.Collections.nCopies(numPartitions, List.of())),
        null);
  }

  private StageBuilder stage(PlanNode<?> end) {
    return new StageBuilder(node -> node.equals(left) || node.equals(right), end, true);
  }

  @Test
  void theEnd_isTheLastPiece_andParentsComeFirst() {
    UnionNode<Object> union = new UnionNode<>("union", List.of(left, right));
    CoalesceNode<Object> coalesce = new CoalesceNode<>("coalesce", union, 2);

    List<StageDescription.Piece> pieces = stage(coalesce).description().pieces();

    assertThat(pieces).hasSize(4);
    assertThat(pieces.get(2)).isInstanceOf(StageDescription.Union.class);
    assertThat(pieces.get(3))
        .isInstanceOfSatisfying(
            StageDescription.Coalesce.class, end -> assertThat(end.parent()).isEqualTo(2));
  }

  @Test
  void aNodeThatIsReadTwice_isOneLeaf() {
    StageBuilder stage = stage(new CartesianNode<>("cartesian", left, left));
    assertThat(stage.leaves()).extracting(StageBuilder.Leaf::node).containsExactly(left);
    assertThat(stage.reads(1)).isEqualTo(Map.of(0, Set.of(0, 1)));
    assertThat(stage.reads(4)).isEqualTo(Map.of(0, Set.of(1)));
  }

  @Test
  void aUnion_readsOneMember() {
    StageBuilder stage = stage(new UnionNode<>("union", List.of(left, right)));
    int ofLeft = stage.leaves().indexOf(new StageBuilder.Leaf(left, false));
    assertThat(stage.reads(2)).isEqualTo(Map.of(ofLeft, Set.of(2)));
    assertThat(stage.reads(3)).isEqualTo(Map.of(1 - ofLeft, Set.of(0)));
  }

  @Test
  void coalesce_readsWhatItJoins() {
    StageBuilder stage = stage(new CoalesceNode<>("coalesce", left, 2));
    assertThat(stage.reads(0)).isEqualTo(Map.of(0, Set.of(0)));
    assertThat(stage.reads(1)).isEqualTo(Map.of(0, Set.of(1, 2)));
  }

  @Test
  void aChainLongerThanAStack_isCut() {
    PlanNode<Object> end = left;
    for (int i = 0; i < 20_000; i++) {
      end = new CoalesceNode<>("coalesce", end, 3);
    }
    StageBuilder stage = stage(end);
    assertThat(stage.description().pieces()).hasSize(20_001);
    assertThat(stage.reads(2)).isEqualTo(Map.of(0, Set.of(2)));
  }

  @Test
  void anEndThatIsALeaf_isAStageOfOnePiece() {
    assertThat(stage(left).description().pieces())
        .singleElement()
        .isInstanceOfSatisfying(
            StageDescription.Leaf.class, leaf -> assertThat(leaf.numPartitions()).isEqualTo(3));
  }
}
