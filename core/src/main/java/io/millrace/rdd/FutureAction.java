package io.millrace.rdd;

import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * An action that runs while its caller goes on.
 *
 * <p>{@link #get} returns what the blocking action returns, and throws what that throws as the
 * cause of an {@link java.util.concurrent.ExecutionException}. {@link #cancel} cancels the action's
 * jobs: tasks under way are interrupted, whatever its argument says, and {@code get} throws {@link
 * java.util.concurrent.CancellationException} from then on; it does not wait for the tasks to end.
 *
 * <p>A context runs {@value #MAX_RUNNING} such actions at once, the others wait for their turn.
 * Safe for concurrent use.
 *
 * @param <T> type of the result
 */
public interface FutureAction<T extends @Nullable Object> extends Future<T> {

  /** How many actions of one context run at the same time. */
  int MAX_RUNNING = 16;

  /** How many further ones may wait; one more is refused. */
  int MAX_WAITING = 1_024;
}
