package io.millrace.internal.checkpoint;

import io.millrace.spi.state.StateFile;
import java.util.List;
import java.util.Map;

/**
 * What a slot of the log may say. A slot holds one or more facts, in order; they become true
 * together.
 */
public sealed interface Fact {

  /**
   * A batch is going to be run. From here until it is committed it is the open batch.
   *
   * @param batch its number, greater than that of any batch before it
   * @param kind where its records come from
   * @param timeMillis its time, not earlier than that of any batch before it
   * @param previousMillis time of the batch before it
   * @param numMergedTicks earlier ticks that it takes with it
   * @param parallelism how many partitions the program's defaults make
   * @param ranges by source id, what each source gives
   */
  record Planned(
      long batch,
      BatchKind kind,
      long timeMillis,
      long previousMillis,
      long numMergedTicks,
      int parallelism,
      Map<String, byte[]> ranges)
      implements Fact {

    public Planned {
      ranges = Map.copyOf(ranges);
    }
  }

  /**
   * The open batch has been run by the driver whose slot this is; what it changed is durable.
   *
   * @param states by state id, what it changed
   * @param windows by stream id, the records that windows will read again
   * @param staged by output id, what transactional sinks are to make visible
   */
  record Prepared(
      long batch,
      Map<String, StateChange> states,
      Map<String, WindowChange> windows,
      Map<String, List<StateFile>> staged)
      implements Fact {

    public Prepared {
      states = Map.copyOf(states);
      windows = Map.copyOf(windows);
      staged = Map.copyOf(staged);
    }
  }

  /**
   * What a batch did to a state.
   *
   * @param form what the files contain, for the reader that has to make sense of them
   * @param files in the order in which they apply
   */
  record StateChange(String form, List<StateFile> files) {
    public StateChange {
      files = List.copyOf(files);
    }
  }

  /**
   * What a batch did to what is kept for windows.
   *
   * @param files the batch's records
   * @param forgottenMillis batches up to this time are needed no more
   */
  record WindowChange(List<StateFile> files, long forgottenMillis) {
    public WindowChange {
      files = List.copyOf(files);
    }
  }

  /**
   * The open batch is final.
   *
   * @param epoch of the driver whose attempt it is
   */
  record Committed(long batch, long epoch) implements Fact {}

  /**
   * Files of a state were merged into fewer.
   *
   * @param replaced names of the files that are needed no more; they follow each other
   * @param merged what takes their place
   */
  record Compacted(String stateId, List<String> replaced, List<StateFile> merged) implements Fact {
    public Compacted {
      replaced = List.copyOf(replaced);
      merged = List.copyOf(merged);
    }
  }

  /**
   * Batches of numbers up to this one may have been run without leaving anything to commit. The
   * last such fact counts.
   */
  record NumbersUsed(long throughBatch) implements Fact {}

  /** A state, a source, an output or a window of these ids is no longer part of the program. */
  record Dropped(List<String> ids) implements Fact {
    public Dropped {
      ids = List.copyOf(ids);
    }
  }

  /**
   * The open batch goes without inputs that were recorded for it, whoever runs it and however
   * often. In a slot with an {@link Image} it may be of an earlier batch: then it is kept for
   * people to read.
   *
   * @param source id of the source
   * @param inputs the names of the inputs, as the source names them
   * @param isWhole whether these are all that the source has given to the batch
   * @param timeMillis when that was decided
   * @param byOperator whether an operator has decided it, and not the program's policy
   * @param reason why
   */
  record GivenUp(
      long batch,
      String source,
      List<String> inputs,
      boolean isWhole,
      long timeMillis,
      boolean byOperator,
      String reason)
      implements Fact {
    public GivenUp {
      inputs = List.copyOf(inputs);
    }
  }

  /** All that the facts so far amount to; what was said before is needed no more. */
  record Image(CheckpointState state) implements Fact {}
}
