package io.millrace.internal.scheduler;

import java.time.Duration;

/**
 * How long the end of a context waits for user code, and for storage that may hang.
 *
 * @param cancellation until what was cancelled notices
 * @param shutdownCancellation the same while the JVM ends
 * @param shutdownLook between two looks for a thread that the end of the JVM waits for in vain
 * @param sources until all sources have stopped
 * @param listeners until listeners have heard the last events
 * @param checkpoint until sinks and the checkpoint's storage are closed
 * @param look between two looks at the calls of that storage
 */
record TimeLimits(
    Duration cancellation,
    Duration shutdownCancellation,
    Duration shutdownLook,
    Duration sources,
    Duration listeners,
    Duration checkpoint,
    Duration look) {

  static final TimeLimits DEFAULT =
      new TimeLimits(
          Duration.ofSeconds(10),
          Duration.ofSeconds(1),
          Duration.ofMillis(100),
          Duration.ofSeconds(15),
          Duration.ofSeconds(5),
          Duration.ofSeconds(10),
          Duration.ofSeconds(1));
}
