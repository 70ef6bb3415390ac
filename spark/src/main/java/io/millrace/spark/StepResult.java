package io.millrace.spark;

import io.millrace.spi.state.StateFile;
import io.millrace.spi.state.StateSize;
import java.io.Serializable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a task of a state step tells the driver.
 *
 * @param isResident whether the executor had the version that the step begins with; if not, nothing
 *     was done
 * @param version what the step made, if it is adopted
 * @param size what the partition then amounts to
 * @param emitted whether there are emitted records, under the number of the attempt
 * @param numEmitted how many
 * @param numEntries of what can be read, or -1 if entries can't
 * @param written the files that hold what the step has changed; null if it is not written yet
 * @param location of the executor, as Spark's scheduler is told it
 */
record StepResult(
    boolean isResident,
    StateVersion version,
    StateSize size,
    boolean emitted,
    long numEmitted,
    int numEntries,
    @Nullable List<StateFile> written,
    String location)
    implements Serializable {

  static StepResult missing(StateVersion base, String location) {
    return new StepResult(false, base, StateSize.NONE, false, 0, -1, null, location);
  }
}
