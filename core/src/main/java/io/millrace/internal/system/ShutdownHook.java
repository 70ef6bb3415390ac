package io.millrace.internal.system;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;

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

  /**
   * The thread that has called {@code System.exit} inside of code that Millrace runs, if there is
   * one. It waits for all shutdown hooks, so a hook that waits for that code waits in vain.
   */
  public static Optional<Thread> exitCalledInside() {
    return Thread.getAllStackTraces().entrySet().stream()
        .filter(each -> isExiting(each.getValue()) && isInside(each.getValue()))
        .map(Map.Entry::getKey)
        .findFirst();
  }

  private static boolean isExiting(StackTraceElement[] frames) {
    return Arrays.stream(frames)
        .anyMatch(
            frame ->
                frame.getClassName().equals("java.lang.Shutdown")
                    && frame.getMethodName().equals("exit"));
  }

  private static boolean isInside(StackTraceElement[] frames) {
    return Arrays.stream(frames)
        .map(StackTraceElement::getClassName)
        .anyMatch(
            type ->
                type.startsWith("io.millrace.internal.") || type.startsWith("io.millrace.spark."));
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
