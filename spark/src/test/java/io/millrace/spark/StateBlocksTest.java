package io.millrace.spark;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.spi.Engine;
import io.millrace.spi.state.StateSize;
import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.SparkContext;
import org.apache.spark.SparkEnv;
import org.apache.spark.storage.StorageLevel;
import org.apache.spark.storage.StreamBlockId;
import org.junit.jupiter.api.Test;
import scala.reflect.ClassTag$;

class StateBlocksTest {

  private static final int STREAM = 1_000_001;

  private static StreamBlockId stored(int stream, long attempt) {
    StreamBlockId block = new StreamBlockId(stream, attempt);
    assertThat(
            SparkEnv.get()
                .blockManager()
                .putSingle(
                    block,
                    Carried.ofValue("record"),
                    StorageLevel.MEMORY_ONLY(),
                    true,
                    ClassTag$.MODULE$.apply(Carried.class)))
        .isTrue();
    return block;
  }

  private static EmittedBlocks emitted(SparkContext spark, StreamBlockId block) {
    StepResult result =
        new StepResult(true, new StateVersion(1, 1), StateSize.NONE, true, 1, 1, null, "");
    return new EmittedBlocks(spark, "sums", List.of(block), List.of(result));
  }

  @Test
  void blocksThatNobodyCanRead_areRemovedEveryEighthStep_andNoOthers() {
    try (Engine engine = SparkInProcess.engine(1)) {
      SparkContext spark = StoredBlocks.spark();
      StateBlocks blocks = new StateBlocks(spark, STREAM);
      StreamBlockId readable = stored(STREAM, 1);
      StreamBlockId stray = stored(STREAM, 2);
      StreamBlockId ofAnother = stored(STREAM + 1, 3);
      EmittedBlocks emitted = emitted(spark, readable);
      blocks.add(emitted);

      for (int i = 1; i < 8; i++) {
        blocks.beginStep();
      }
      assertThat(StoredBlocks.ofStates()).contains(readable, stray, ofAnother);
      blocks.beginStep();
      StoredBlocks.await(
          "the end of the stray block", () -> !StoredBlocks.ofStates().contains(stray));
      assertThat(StoredBlocks.ofStates()).contains(readable, ofAnother);
      Reference.reachabilityFence(emitted);

      StoredBlocks.lose(readable);
      StoredBlocks.lose(ofAnother);
      assertThat(engine.defaultParallelism()).isEqualTo(2);
    }
  }

  /** Spark reads the books while it writes them, and fails if it notices. */
  @Test
  void aLookWhileBlocksCome_doesNotFailTheStep() throws Exception {
    try (Engine engine = SparkInProcess.engine(1)) {
      StateBlocks blocks = new StateBlocks(StoredBlocks.spark(), STREAM);
      List<StreamBlockId> others = new ArrayList<>();
      Thread storing =
          new Thread(
              () -> {
                for (int i = 0; i < 3_000; i++) {
                  others.add(stored(STREAM + 1, i));
                }
              });
      storing.start();
      while (storing.isAlive()) {
        blocks.beginStep();
      }
      storing.join();
      others.forEach(other -> SparkEnv.get().blockManager().removeBlock(other, true));
      assertThat(others).hasSize(3_000);
      assertThat(engine.defaultParallelism()).isEqualTo(2);
    }
  }
}
