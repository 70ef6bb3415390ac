package io.millrace.internal.pipeline;

import io.millrace.spi.plan.Combiner;
import io.millrace.spi.plan.Placement;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A stage that does not read: records are pushed into it, chunk by chunk, by somebody who has
 * others to push the same records into. Used by one thread at a time.
 */
public final class Branch {

  /** Operators in a branch at most: it can't be cut as a {@link Pipeline} is. */
  public static final int MAX_PARTS = Pipeline.MAX_STEPS;

  /** Takes what the stage has made. */
  @FunctionalInterface
  public interface Taker<R> {
    void take(R result) throws Exception;
  }

  private interface End {
    void complete() throws Exception;
  }

  private final Loop loop;
  private final End end;

  private Branch(Loop loop, End end) {
    this.loop = loop;
    this.end = end;
  }

  /** As {@link Pipeline#combine}. */
  public static Branch combining(
      List<Stage.Part> parts,
      Combiner combiner,
      Placement placement,
      Consumer<Object> firstRecord,
      @Nullable Overflow overflow,
      Taker<KeyedBlock[]> taker) {
    Stage stage = stage(parts);
    CombineStep.Into into =
        new CombineStep.Into(placement, () -> stage.newTable(combiner), firstRecord, overflow);
    return new Branch(stage.loop(combiner, into), () -> taker.take(into.toBlocks()));
  }

  /** As {@link Pipeline#scatter}. */
  public static Branch scattering(
      List<Stage.Part> parts,
      @Nullable Placement placement,
      Rows[] targets,
      Consumer<Object> firstRecord,
      Taker<Rows[]> taker) {
    ScatterStep.Into into = new ScatterStep.Into(placement, targets, firstRecord);
    return new Branch(stage(parts).loop(ScatterStep.class, null, into), () -> taker.take(targets));
  }

  private static Stage stage(List<Stage.Part> parts) {
    if (parts.size() > MAX_PARTS) {
      throw new IllegalArgumentException(
          "a branch of " + parts.size() + " operators; at most " + MAX_PARTS);
    }
    return new Stage(List.copyOf(parts), Specializer.shared());
  }

  /** Takes the next {@code count} records. The ends of branches are never full. */
  public void push(Object[] records, int count) throws Exception {
    loop.push(records, 0, count);
  }

  /** All records have been pushed: hands out what was made of them. */
  public void complete() throws Exception {
    end.complete();
  }
}
