package io.millrace.spi.state;

import io.millrace.function.FlatMapFunction;
import io.millrace.function.Function;
import io.millrace.function.Function2;
import java.io.Serializable;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What a step does with the records of a batch and the state of their keys. */
public sealed interface StateOperator extends Serializable {

  /**
   * Calls the function for each record, in order of arrival, and then once for each key whose state
   * has timed out. Emits what the function returns.
   *
   * @param function {@code Function3<K, Optional<V>, State<S>, M>}, or if it takes the time {@code
   *     Function4<Time, K, Optional<V>, State<S>, Optional<M>>}, of which an empty result emits
   *     nothing
   * @param timeoutMillis a key times out in the first batch that is more than this many
   *     milliseconds of batch time after the last batch with a record of it; null for never
   */
  record MapRecords(Object function, boolean takesTime, @Nullable Long timeoutMillis)
      implements StateOperator {
    public MapRecords {
      Objects.requireNonNull(function);
      if (timeoutMillis != null && timeoutMillis < 1) {
        throw new IllegalArgumentException("a timeout is 1 ms or more, not " + timeoutMillis);
      }
    }
  }

  /**
   * Calls the function once for each key that has records or state, with all its records in order
   * of arrival. What it returns is the new state, empty for none. Emits all state.
   *
   * @param function {@code Function2<List<V>, Optional<S>, Optional<S>>}, or if it takes the time
   *     {@code Function4<Time, K, List<V>, Optional<S>, Optional<S>>}
   */
  record UpdateKeys(Object function, boolean takesTime) implements StateOperator {
    public UpdateKeys {
      Objects.requireNonNull(function);
    }
  }

  /**
   * Calls the function once for each partition, with an iterator over {@code Tuple3<K, List<V>,
   * Optional<S>>} of all keys that have records or state. The pairs of key and state that it
   * returns are the new state, whole. Emits all state.
   */
  record UpdatePartitions(FlatMapFunction<?, ?> function) implements StateOperator {
    public UpdatePartitions {
      Objects.requireNonNull(function);
    }
  }

  /**
   * Combines the values of each key over a window of panes. Records are combined within their batch
   * already, one for each key. Emits the window whenever a step ends one.
   *
   * @param reduce associative
   * @param inverse takes the values that leave a window out of what is combined; null to combine
   *     anew what is left, at a constant number of calls per key and window
   * @param filter with an inverse: {@code Function<Tuple2<K, V>, Boolean>}, false for the keys to
   *     forget; null keeps every key for ever
   * @param panesPerWindow number of panes of a whole window
   * @param paneMillis length of a pane
   */
  record CombinePanes(
      Function2<?, ?, ?> reduce,
      @Nullable Function2<?, ?, ?> inverse,
      @Nullable Function<?, Boolean> filter,
      long panesPerWindow,
      long paneMillis)
      implements StateOperator {
    public CombinePanes {
      Objects.requireNonNull(reduce);
    }
  }
}
