package io.millrace.rdd;

import io.millrace.spi.Cancellation;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;

/** An action with a cancellation of its own, which that of its context triggers too. */
final class JobFuture<T extends @Nullable Object> extends FutureTask<T> implements FutureAction<T> {

  private final Cancellation own;
  private final Cancellation ofContext;
  private final Runnable link;

  JobFuture(Callable<T> action, Cancellation own, Cancellation ofContext) {
    super(action);
    this.own = own;
    this.ofContext = ofContext;
    this.link = own::cancel;
    ofContext.onCancel(link);
  }

  /** Cancels the jobs instead of interrupting this pool's thread, which is not theirs alone. */
  @Override
  public boolean cancel(boolean mayInterruptIfRunning) {
    boolean cancelled = super.cancel(false);
    if (cancelled) {
      own.cancel();
    }
    return cancelled;
  }

  @Override
  protected void done() {
    ofContext.forget(link);
  }
}
