package io.millrace.internal.system;

/** The one place where threads are made. */
public final class Threads {

  private Threads() {}

  /**
   * A daemon thread, not started, with the context class loader of the caller, so that user code on
   * it finds the classes that the program which made it does.
   */
  public static Thread daemon(String name, Runnable body) {
    Thread thread = new Thread(body, name);
    thread.setDaemon(true);
    thread.setContextClassLoader(Thread.currentThread().getContextClassLoader());
    return thread;
  }
}
