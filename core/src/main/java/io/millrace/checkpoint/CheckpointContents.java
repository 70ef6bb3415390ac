package io.millrace.checkpoint;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What is in a checkpoint. Lists are in order of ids, batches in order of their numbers.
 *
 * @param location where it is
 * @param id identifies it among all others; sinks know it by this
 * @param epoch number of the last driver that has opened it; 0 for none
 * @param lastBatch number of the last committed batch, 0 for none
 * @param lastTime its time
 * @param firstSlot first slot of the log that is needed; 0 if the log is empty
 * @param lastSlot last slot of the log; 0 if it is empty
 * @param logBytes size of all slots that are there
 * @param dataFiles how many data files the log needs
 * @param dataBytes their size
 * @param strayFiles how many data files are there that the log does not need; the next start or
 *     clean-up removes them
 * @param batches those that can be read back, of which the last may be open
 * @param states of stateful streams
 * @param windows streams whose records are kept for windows
 * @param sources how far each has come
 * @param outputs transactional outputs
 * @param givenUp inputs that batches went without, of the last thousand or so
 */
public record CheckpointContents(
    String location,
    String id,
    long epoch,
    long lastBatch,
    Optional<Instant> lastTime,
    long firstSlot,
    long lastSlot,
    long logBytes,
    int dataFiles,
    long dataBytes,
    int strayFiles,
    List<BatchEntry> batches,
    List<StateEntry> states,
    List<WindowEntry> windows,
    List<SourceEntry> sources,
    List<OutputEntry> outputs,
    List<GivenUpEntry> givenUp) {

  public CheckpointContents {
    batches = List.copyOf(batches);
    states = List.copyOf(states);
    windows = List.copyOf(windows);
    sources = List.copyOf(sources);
    outputs = List.copyOf(outputs);
    givenUp = List.copyOf(givenUp);
  }

  /** How far a batch has come. */
  public enum Stage {
    /** Its input is decided; it may have been run, or not. */
    PLANNED,
    /** It has been run, and what it changed is durable; sinks may have it, or not. */
    PREPARED,
    /** It is final. */
    COMMITTED
  }

  /**
   * A batch.
   *
   * @param number its number
   * @param time its batch time
   * @param stage how far it has come
   * @param epoch of the driver that committed it, else of the last that has said something of it
   * @param ranges what each source gave it, by source id
   * @param deltaBytes what it has written of states and windows
   * @param stagedBytes what it has staged for transactional outputs
   */
  public record BatchEntry(
      long number,
      Instant time,
      Stage stage,
      long epoch,
      Map<String, String> ranges,
      long deltaBytes,
      long stagedBytes) {
    public BatchEntry {
      ranges = Map.copyOf(ranges);
    }
  }

  /**
   * A state.
   *
   * @param id of its stream
   * @param form what its files contain
   * @param maxKeys how many keys it has at most: a key that several files mention counts in each,
   *     so the number is exact only if all files are snapshots
   * @param files how many it consists of, those within the log included
   * @param numBytes their size
   * @param snapshotBytes which part of that is snapshots, which need no file before them
   */
  public record StateEntry(
      String id, String form, long maxKeys, int files, long numBytes, long snapshotBytes) {}

  /**
   * The records that windows over a stream will read again.
   *
   * @param batches how many batches have some
   */
  public record WindowEntry(String id, int batches, long numRecords, long numBytes) {}

  /**
   * How far a source has come.
   *
   * @param position where it was when the log was last summed up; empty if it has none of its own
   * @param rangesSince how many ranges it has handed out since
   * @param maxNames how many names it remembers beside its position, at most: one that came and
   *     went counts twice until its files are merged
   * @param nameFiles files and parts of the log that have them
   * @param nameBytes their size
   */
  public record SourceEntry(
      String id, String position, int rangesSince, long maxNames, int nameFiles, long nameBytes) {}

  /**
   * Inputs that a batch goes without, whoever runs it.
   *
   * @param batch its number
   * @param source id of the source
   * @param inputs their names
   * @param isAll whether they are all that the source gave to the batch
   * @param time when that was decided
   * @param byOperator whether an operator has decided it, and not the program's policy
   * @param reason why
   */
  public record GivenUpEntry(
      long batch,
      String source,
      List<String> inputs,
      boolean isAll,
      Instant time,
      boolean byOperator,
      String reason) {
    public GivenUpEntry {
      inputs = List.copyOf(inputs);
    }
  }

  /**
   * A transactional output.
   *
   * @param lastBatch number of the last committed batch that had something for it
   */
  public record OutputEntry(String id, long lastBatch) {}
}
