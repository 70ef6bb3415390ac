package io.millrace.internal.system;

/** Runs something when the JVM is asked to end, by SIGTERM, SIGINT or {@code System.exit}. */
public final class ShutdownHook {

  private final Thread thread;

  private ShutdownHook(Thread thread) {
    this.thread = thread;
  }

  /** Registers {@code action}; the JVM waits for it, so it must be bounded in time. */
  public static ShutdownHook register(String name, Runnable action) {
    Thread thread = new Thread(action, name);
    Runtime.getRuntime().addShutdownHook(thread);
    return new ShutdownHook(thread);
  }

  /** Takes the hook back; has no effect while the JVM ends. */
  public void remove() {
    try {
      Runtime.getRuntime().removeShutdownHook(thread);
    } catch (IllegalStateException e) {
      // The JVM is ending and the hook has begun: there is nothing to take back.
      return;
    }
  }
}
