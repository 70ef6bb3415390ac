package io.millrace.internal.state;

import io.millrace.spi.plan.Placement;
import io.millrace.spi.state.StateFile;
import io.millrace.spi.state.StatePlace;
import java.util.List;

/**
 * The files of a state, in the order in which they apply.
 *
 * <p>A file tells the partition that it was written of, and of how many, but keys are placed anew
 * whenever they are read. If the partitions are still the same, each is read from its own files
 * alone. If their number has changed, or the placement of some key, all files are read for each.
 */
public final class StateFiles {

  private final StatePlace place;
  private final Placement placement;
  private final List<StateFile> files;

  public StateFiles(StatePlace place, Placement placement, List<StateFile> files) {
    this.place = place;
    this.placement = placement;
    this.files = List.copyOf(files);
  }

  /** Whether all files were written of as many partitions as there are now. */
  public boolean areOfSamePartitions() {
    return files.stream().allMatch(file -> file.numPartitions() == placement.numPartitions());
  }

  /**
   * Fills an empty partition from all keys in all files that belong there, whatever partition they
   * were written of.
   */
  public void restoreFromAll(StatePartition partition, int number, StatePartition.Poll poll)
      throws Exception {
    restore(partition, number, files, poll);
  }

  /**
   * Fills an empty partition from the files that were written of it. Returns whether all keys in
   * them belong there; if not, {@link #restoreFromAll} must be used for all partitions.
   */
  public boolean restoreFromOwn(StatePartition partition, int number, StatePartition.Poll poll)
      throws Exception {
    List<StateFile> own = files.stream().filter(file -> file.partition() == number).toList();
    return restore(partition, number, own, poll) == 0;
  }

  private long restore(
      StatePartition partition, int number, List<StateFile> read, StatePartition.Poll poll)
      throws Exception {
    StatePartition.Restoring restoring = partition.restore();
    OwnContent own = new OwnContent(placement, number, restoring);
    for (StateFile file : read) {
      new StateFileReader(place, file, poll).readInto(own);
    }
    restoring.end();
    return own.numForeign();
  }
}
