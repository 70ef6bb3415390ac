package io.millrace.testkit;

import java.io.IOException;

/**
 * A process as the outside sees it: a sequence of calls, numbered 1, 2, 3 …, any of which may fail
 * or be the last. What a program under test uses ({@link CrashingFiles}, a simulated database, …)
 * is made on one process, so that all its calls are in one sequence.
 *
 * <p>Safe for concurrent use; effects of calls happen one at a time.
 */
public final class SimulatedProcess {

  /**
   * One call.
   *
   * @param number of the call in its process, from 1
   * @param operation such as {@code link}
   * @param target what it is done to, such as a path
   */
  public record Call(int number, String operation, String target) {

    @Override
    public String toString() {
      return "call " + number + " (" + operation + " " + target + ")";
    }
  }

  /** What befalls a call. */
  public enum Fault {
    /** Nothing. */
    NONE,
    /** The process dies without the call's effect. */
    CRASH_BEFORE,
    /** The process dies when the effect has happened. */
    CRASH_AFTER,
    /** The call throws an {@link IOException}, without the effect. */
    FAIL,
    /** The call throws an {@link IOException} although the effect has happened. */
    LOSE_RESPONSE,
    /** The call returns as if the effect had happened; for calls that can't, as {@link #NONE}. */
    LIE
  }

  /** Decides on the fault of each call. */
  @FunctionalInterface
  public interface FaultPlan {

    /** No faults. */
    FaultPlan NONE = call -> Fault.NONE;

    /**
     * Called before each call, by the thread that makes it and with no lock held, so it may block
     * to delay the call.
     */
    Fault fault(Call call);

    /** A fault of one call, none of the others. */
    static FaultPlan at(int number, Fault fault) {
      return call -> call.number() == number ? fault : Fault.NONE;
    }
  }

  /** What a call does. */
  @FunctionalInterface
  public interface Effect<T> {

    /** The call as it should be. */
    T happen() throws IOException;

    /** What it does although it fails; nothing. */
    default void fail() {}

    /** Answers without having done it. */
    default T lie() throws IOException {
      return happen();
    }
  }

  private final FaultPlan plan;

  // Guarded by this.
  private int numCalls;
  private boolean isDead;

  public SimulatedProcess(FaultPlan plan) {
    this.plan = plan;
  }

  /** A process without faults. */
  public SimulatedProcess() {
    this(FaultPlan.NONE);
  }

  /** How many calls have begun. */
  public synchronized int numCalls() {
    return numCalls;
  }

  public synchronized boolean isDead() {
    return isDead;
  }

  /** Lets the process die between two calls. */
  public synchronized void kill() {
    isDead = true;
  }

  /**
   * Makes a call.
   *
   * @throws IOException if the plan says so, or the effect
   * @throws SimulatedCrash if the process is dead, or dies of this call
   */
  public <T> T call(String operation, String target, Effect<T> effect) throws IOException {
    Call call = begin(operation, target);
    Fault fault = plan.fault(call);
    synchronized (this) {
      checkAlive(call);
      return switch (fault) {
        case NONE -> effect.happen();
        case CRASH_BEFORE -> throw crash(call, "before");
        case CRASH_AFTER -> {
          attempt(effect);
          throw crash(call, "after");
        }
        case FAIL -> {
          effect.fail();
          throw new IOException("simulated failure of " + call);
        }
        case LOSE_RESPONSE -> {
          effect.happen();
          throw new IOException("simulated loss of the response to " + call);
        }
        case LIE -> effect.lie();
      };
    }
  }

  private synchronized Call begin(String operation, String target) {
    Call call = new Call(numCalls + 1, operation, target);
    checkAlive(call);
    numCalls++;
    return call;
  }

  private void checkAlive(Call call) {
    if (isDead) {
      throw new SimulatedCrash("the process is dead, so there is no " + call);
    }
  }

  private static void attempt(Effect<?> effect) {
    try {
      effect.happen();
    } catch (IOException noLongerSeen) {
      return;
    }
  }

  private SimulatedCrash crash(Call call, String when) {
    isDead = true;
    return new SimulatedCrash("simulated crash " + when + " " + call);
  }
}
