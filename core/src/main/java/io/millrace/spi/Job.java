package io.millrace.spi;

import io.millrace.spi.plan.PlanNode;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/**
 * One computation: some partitions of a plan, each ended by a terminal.
 *
 * @param target the node whose partitions are computed, or what {@linkplain PlanNode#current stands
 *     in} for it
 * @param partitions which ones, in the order of the results
 * @param terminal what is done with each
 * @param enough asked with the results so far (a prefix in order) after each wave; true ends the
 *     job early. Waves grow from one partition by a factor of four; null runs all partitions at
 *     once
 * @param description the action that the user called, for errors and logs
 * @param cancellation ends the job early from outside
 */
public record Job<T, R>(
    PlanNode<T> target,
    List<Integer> partitions,
    Terminal<T, R> terminal,
    @org.jspecify.annotations.Nullable Predicate<List<R>> enough,
    String description,
    Cancellation cancellation) {

  public Job {
    target = target.current();
    partitions = List.copyOf(partitions);
    Objects.requireNonNull(terminal);
    Objects.requireNonNull(description);
    Objects.requireNonNull(cancellation);
  }

  /** A job over all partitions of {@code target}. */
  public static <T, R> Job<T, R> over(
      PlanNode<T> target, Terminal<T, R> terminal, String description, Cancellation cancellation) {
    List<Integer> all = IntStream.range(0, target.numPartitions()).boxed().toList();
    return new Job<>(target, all, terminal, null, description, cancellation);
  }
}
