package io.millrace.benchmarks.cluster;

import java.util.List;

/**
 * What both sides do, and how much of it.
 *
 * @param program what a batch is put through
 * @param perBatch lines or records in a batch
 * @param numKeys how many keys there are, if the program has keys
 * @param numInputs how many different batches there are, which come in turn
 * @param isDurable whether both sides keep a checkpoint in a local directory
 * @param warmUp batches that do not count
 * @param batches batches that do
 */
public record Load(
    Program program,
    int perBatch,
    int numKeys,
    int numInputs,
    boolean isDurable,
    int warmUp,
    int batches) {

  /** What a batch is put through. */
  public enum Program {
    /** Lines are split, words counted, counts collected. */
    WORD_COUNT,
    /** A running sum for each key; what it emits is summed up where it is. */
    RUNNING_SUM,
    /** Map, sum by key, collect. */
    SUM_BY_KEY
  }

  /** The same for a quick look: half as many batches do not count. */
  public Load withBatches(int number) {
    return new Load(program, perBatch, numKeys, numInputs, isDurable, (number + 1) / 2, number);
  }

  /** For a child process; the reverse of {@link #parse}. */
  public List<String> toArguments() {
    return List.of(
        program.name(),
        Integer.toString(perBatch),
        Integer.toString(numKeys),
        Integer.toString(numInputs),
        Boolean.toString(isDurable),
        Integer.toString(warmUp),
        Integer.toString(batches));
  }

  public static Load parse(List<String> arguments) {
    return new Load(
        Program.valueOf(arguments.get(0)),
        Integer.parseInt(arguments.get(1)),
        Integer.parseInt(arguments.get(2)),
        Integer.parseInt(arguments.get(3)),
        Boolean.parseBoolean(arguments.get(4)),
        Integer.parseInt(arguments.get(5)),
        Integer.parseInt(arguments.get(6)));
  }
}
