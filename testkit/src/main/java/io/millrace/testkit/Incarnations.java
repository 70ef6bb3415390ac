package io.millrace.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/**
 * Runs a test's body again and again, each time for one more batch, as if the program had been
 * stopped and started between every two batches. Each run of the body makes its contexts anew, on
 * the checkpoints of the runs before, and is ended by {@link Restart} when it asks for a second
 * batch; what was recorded is kept. The last run finds all batches done, and its assertions hold
 * them against what is right.
 */
final class Incarnations {

  private static final int MAX_RUNS = 10_000;
  private static final ThreadLocal<@Nullable Incarnations> CURRENT = new ThreadLocal<>();

  /** Ends a run of the body. */
  static final class Restart extends Error {
    private static final long serialVersionUID = 1L;

    Restart() {
      super("the body is run again after a batch; let this pass", null, false, false);
    }
  }

  /** What is kept of one {@link StreamTest} of the body. */
  static final class Part {
    private final Path checkpoint;

    /** By output, in order of declaration: records by batch time and partition. */
    private final List<Map<Long, List<List<Object>>>> recorded = new ArrayList<>();

    private long numDone;

    Part(Path checkpoint) {
      this.checkpoint = checkpoint;
    }

    Path checkpoint() {
      return checkpoint;
    }

    long numDone() {
      return numDone;
    }

    Map<Long, List<List<Object>>> recorded(int output) {
      while (recorded.size() <= output) {
        recorded.add(new ConcurrentSkipListMap<>());
      }
      return recorded.get(output);
    }
  }

  private final List<Part> parts = new ArrayList<>();
  private int numMade;
  private boolean hasRunABatch;

  /** Those under way on this thread, or null. */
  static @Nullable Incarnations current() {
    return CURRENT.get();
  }

  /** Something that makes {@link StreamTest}s and runs batches. */
  @FunctionalInterface
  interface Body {
    void run() throws Throwable;
  }

  /** Runs a body until it ends by itself; what it throws then is thrown. */
  static void run(Body body) throws Throwable {
    Incarnations incarnations = new Incarnations();
    for (int i = 0; i < MAX_RUNS; i++) {
      incarnations.numMade = 0;
      incarnations.hasRunABatch = false;
      CURRENT.set(incarnations);
      try {
        body.run();
        return;
      } catch (Restart e) {
        continue;
      } finally {
        CURRENT.remove();
      }
    }
    throw new AssertionError("the body has not ended after " + MAX_RUNS + " batches");
  }

  /** The part of the next {@link StreamTest} that the body makes. */
  Part nextPart() {
    if (numMade == parts.size()) {
      try {
        parts.add(new Part(Files.createTempDirectory("stream-test")));
      } catch (IOException e) {
        throw new UncheckedIOException("no directory for the checkpoint of a test", e);
      }
    }
    return parts.get(numMade++);
  }

  /** Called before a batch is run. */
  void beforeBatch() {
    if (hasRunABatch) {
      throw new Restart();
    }
    hasRunABatch = true;
  }

  void done(Part part) {
    part.numDone++;
  }
}
