package io.millrace.spi;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A one-way switch that ends the jobs which carry it. Tasks poll it between chunks of records;
 * threads that run user code for such a job are interrupted as well. Safe for use from any thread.
 */
public final class Cancellation {

  private final Set<Runnable> actions = ConcurrentHashMap.newKeySet();
  private volatile boolean cancelled;

  /** Cancels; each registered action runs once, on this thread. Later calls do nothing. */
  public void cancel() {
    cancelled = true;
    for (Runnable action : actions) {
      if (actions.remove(action)) {
        action.run();
      }
    }
  }

  public boolean isCancelled() {
    return cancelled;
  }

  /** Registers what to do on cancellation, at once if that has happened. */
  public void onCancel(Runnable action) {
    actions.add(action);
    if (cancelled && actions.remove(action)) {
      action.run();
    }
  }

  /** Forgets an action; it may be running already. */
  public void forget(Runnable action) {
    actions.remove(action);
  }
}
