package io.millrace.testkit;

import io.millrace.testkit.SimulatedProcess.Call;
import io.millrace.testkit.SimulatedProcess.Fault;
import io.millrace.testkit.SimulatedProcess.FaultPlan;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Runs a story again and again, each time with a fault at another call, lets whatever may be found
 * after a crash be found, runs its recovery in the same way, with a fault at each call, and so on;
 * and checks after each recovery that came to its end.
 *
 * <p>A story must make the same calls when it is run again on an equal world.
 */
public final class CrashPoints {

  /** Faults that end the process. */
  public static final Set<Fault> CRASHES = Set.of(Fault.CRASH_BEFORE, Fault.CRASH_AFTER);

  private CrashPoints() {}

  /**
   * What happens, what remains, and what must be true.
   *
   * @param <W> the world: all that is outside of the process and stays when it dies, and what an
   *     observer has noted down about it
   */
  public interface Story<W> {

    /** The world at the beginning. */
    W begin();

    /** A copy on which changes don't show in the original. */
    W copy(W world);

    /** The program, up to its end or that of the process. */
    void run(W world, SimulatedProcess process) throws Exception;

    /** The program when it is started again after a crash. */
    void recover(W world, SimulatedProcess process) throws Exception;

    /** The worlds that may be found when the process has ended in this one. */
    List<W> afterCrash(W world);

    /** Throws if something is not as it must be, after a run or a recovery without faults. */
    void check(W world) throws Exception;
  }

  /** The program at one start. */
  private record Start<W>(Story<W> story, W world, boolean isFirst, String past) {

    W run(SimulatedProcess process, boolean mayFail) {
      W copy = story.copy(world);
      try {
        if (isFirst) {
          story.run(copy, process);
        } else {
          story.recover(copy, process);
        }
      } catch (Exception | SimulatedCrash e) {
        if (!process.isDead() && !mayFail) {
          throw failure("failed", e);
        }
      } catch (AssertionError e) {
        throw failure("failed", e);
      }
      return copy;
    }

    int check() {
      SimulatedProcess process = new SimulatedProcess();
      W end = run(process, false);
      try {
        story.check(end);
      } catch (Exception | AssertionError e) {
        throw failure("ended in a state that must not be", e);
      }
      return process.numCalls();
    }

    AssertionError failure(String what, Throwable cause) {
      return new AssertionError(
          (isFirst ? "a run without faults " : past + ": recovery ") + what + ": " + cause, cause);
    }
  }

  /**
   * Explores a story.
   *
   * @param faults that each call meets in turn; after those that are not crashes the process may
   *     throw, or not, and is then taken to have crashed
   * @param depth how many processes in a row meet a fault; at least 1
   * @return number of recoveries that were checked
   * @throws AssertionError if one was wrong; tells the faults that led to it
   */
  public static <W> long explore(Story<W> story, Set<Fault> faults, int depth) {
    return explore(new Start<>(story, story.begin(), true, ""), faults, depth) - 1;
  }

  private static <W> long explore(Start<W> start, Set<Fault> faults, int depth) {
    int numCalls = start.check();
    long numStates = 1;
    if (depth > 0) {
      for (int number = 1; number <= numCalls; number++) {
        for (Fault fault : faults.stream().sorted().toList()) {
          numStates += exploreFault(start, number, fault, faults, depth);
        }
      }
    }
    return numStates;
  }

  private static <W> long exploreFault(
      Start<W> start, int number, Fault fault, Set<Fault> faults, int depth) {
    AtomicReference<@Nullable Call> met = new AtomicReference<>();
    FaultPlan plan =
        call -> {
          if (call.number() != number) {
            return Fault.NONE;
          }
          met.set(call);
          return fault;
        };
    W end = start.run(new SimulatedProcess(plan), !CRASHES.contains(fault));
    if (met.get() == null) {
      throw new AssertionError("the story is not the same each time: no call " + number + " now");
    }
    long numStates = 0;
    int outcome = 0;
    for (W found : start.story().afterCrash(end)) {
      String past =
          String.format(
              Locale.ROOT, "%s%s at %s, outcome %d; ", start.past(), fault, met.get(), outcome++);
      numStates += explore(new Start<>(start.story(), found, false, past), faults, depth - 1);
    }
    return numStates;
  }
}
