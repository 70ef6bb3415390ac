package io.millrace.spi.state;

import io.millrace.spi.plan.Placement;
import io.millrace.spi.plan.PlanNode;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a state is, apart from what is in it.
 *
 * @param name names the state in errors and events, unique within its program
 * @param operator what each step does
 * @param placement where each key lives
 * @param initial pairs of key and state to begin with, placed by {@code placement}, read by the
 *     first step; of several pairs with one key the last counts. Null for none
 * @param limits what the state may grow to
 */
public record StateDefinition(
    String name,
    StateOperator operator,
    Placement placement,
    @Nullable PlanNode<?> initial,
    StateLimits limits) {

  public StateDefinition {
    Objects.requireNonNull(name);
    Objects.requireNonNull(operator);
    Objects.requireNonNull(placement);
    Objects.requireNonNull(limits);
    if (initial != null && !placement.equals(initial.placement())) {
      throw new IllegalArgumentException(initial + " is not placed by " + placement);
    }
  }
}
