package io.millrace.spi.checkpoint;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.function.Function;

/**
 * Runs two tasks in turns, one step at a time, once for each order of their steps with at most so
 * many switches away from a task that could go on (Musuvathi and Qadeer, "Iterative Context
 * Bounding for Systematic Testing of Multithreaded Programs", PLDI 2007).
 */
public final class Interleavings {

  private static final int NUM_TASKS = 2;

  /** What a task calls before each step, and waits in until it is its turn. */
  public interface Turns {
    void await(int task);
  }

  /** Two tasks over something new, and what must hold when both have ended. */
  public interface Race {
    void run(int task) throws Exception;

    void check() throws Exception;
  }

  private final int maxSwitches;
  private final Function<Turns, Race> races;

  // A path through the tree of choices: where a switch could have been made, whether it was.
  private final List<Boolean> path = new ArrayList<>();
  private int position;
  private int numSwitches;

  public Interleavings(int maxSwitches, Function<Turns, Race> races) {
    this.maxSwitches = maxSwitches;
    this.races = races;
  }

  /** Runs all; tells how many there were. */
  public int run() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(NUM_TASKS);
    try {
      int numRuns = 0;
      for (int first = 0; first < NUM_TASKS; first++) {
        path.clear();
        do {
          runOnce(first, threads);
          numRuns++;
        } while (nextPath());
      }
      return numRuns;
    } finally {
      threads.shutdownNow();
    }
  }

  /** Depth first: the last switch that was not made is made. */
  private boolean nextPath() {
    while (!path.isEmpty() && path.get(path.size() - 1)) {
      path.remove(path.size() - 1);
    }
    if (path.isEmpty()) {
      return false;
    }
    path.set(path.size() - 1, true);
    return true;
  }

  private boolean switchesNow() {
    if (numSwitches == maxSwitches) {
      return false;
    }
    if (position == path.size()) {
      path.add(false);
    }
    boolean switches = path.get(position++);
    numSwitches += switches ? 1 : 0;
    return switches;
  }

  private void runOnce(int first, ExecutorService threads) throws Exception {
    position = 0;
    numSwitches = 0;
    Semaphore[] turn = {new Semaphore(0), new Semaphore(0)};
    Semaphore stepped = new Semaphore(0);
    Race race =
        races.apply(
            task -> {
              stepped.release();
              turn[task].acquireUninterruptibly();
            });
    List<Future<?>> ends = new ArrayList<>();
    for (int task = 0; task < NUM_TASKS; task++) {
      int own = task;
      ends.add(
          threads.submit(
              () -> {
                turn[own].acquireUninterruptibly();
                try {
                  race.run(own);
                } finally {
                  stepped.release();
                }
                return null;
              }));
    }
    boolean[] isOver = new boolean[NUM_TASKS];
    int current = first;
    while (!isOver[0] || !isOver[1]) {
      int other = 1 - current;
      if (isOver[current] || (!isOver[other] && switchesNow())) {
        current = other;
      }
      turn[current].release();
      stepped.acquire();
      isOver[current] = isOver[current] || isOverSoon(ends.get(current), turn[current]);
    }
    for (Future<?> end : ends) {
      end.get();
    }
    race.check();
  }

  /** After a step a task either waits for its next turn or is ending. */
  private static boolean isOverSoon(Future<?> end, Semaphore turn) throws InterruptedException {
    while (!end.isDone() && !turn.hasQueuedThreads()) {
      Thread.onSpinWait();
    }
    return end.isDone();
  }
}
