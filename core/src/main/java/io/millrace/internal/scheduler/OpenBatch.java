package io.millrace.internal.scheduler;

import io.millrace.internal.checkpoint.BatchKey;
import io.millrace.internal.checkpoint.BatchKind;
import io.millrace.source.InputRange;
import io.millrace.stream.BatchInfo;
import io.millrace.stream.CheckpointInfo;
import io.millrace.stream.OutputOperationInfo;
import io.millrace.stream.StateInfo;
import io.millrace.stream.StreamInputInfo;
import io.millrace.stream.Time;
import io.millrace.stream.graph.Output;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The account of the batch that runs. Used by the batch thread alone. */
final class OpenBatch {

  private static final int NO_OUTPUT = -1;

  private final long number;
  private final Time time;
  private final long numMergedTicks;
  private long startMillis;
  private final long previousMillis;
  private BatchKind kind;
  private boolean isRepeat;
  private final Map<Integer, InputRange> ranges = new HashMap<>();
  private final Map<Integer, OutputOperationInfo> operations = new LinkedHashMap<>();

  /** By stream, the names of inputs that it goes without. */
  private final Map<Integer, List<String>> skipped = new HashMap<>();

  private List<StateInfo> states = List.of();
  private Optional<CheckpointInfo> checkpoint = Optional.empty();
  private long planNanos;

  /**
   * @param kind idle if it is not known to have input
   * @param previousMillis time of the batch before it
   * @param isRepeat whether it has been begun before, by another driver
   */
  OpenBatch(
      long number, BatchKind kind, TickSchedule.Due due, long previousMillis, boolean isRepeat) {
    this.number = number;
    this.kind = kind;
    this.previousMillis = previousMillis;
    this.isRepeat = isRepeat;
    this.time = new Time(due.timeMillis());
    this.numMergedTicks = due.numMerged();
  }

  /** What was done for the batch is done again. */
  void repeat() {
    isRepeat = true;
    operations.clear();
  }

  /** The work on the batch begins. */
  void start(long millis) {
    startMillis = millis;
  }

  Time time() {
    return time;
  }

  BatchKey key() {
    return new BatchKey(time.milliseconds(), number);
  }

  BatchKind kind() {
    return kind;
  }

  /** Says that there are records that no window has held yet. */
  void setInput() {
    kind = BatchKind.INPUT;
  }

  boolean isCatchUp() {
    return kind == BatchKind.CATCH_UP;
  }

  /** Number and time, for messages. */
  String label() {
    return "batch " + number + " at " + time.toInstant() + " (" + time + ")";
  }

  long number() {
    return number;
  }

  long previousMillis() {
    return previousMillis;
  }

  long numMergedTicks() {
    return numMergedTicks;
  }

  /**
   * @param epoch of the driver
   */
  Output.BatchFacts facts(long epoch) {
    return new Output.BatchFacts(
        number, time.milliseconds(), previousMillis == time.milliseconds(), epoch, isRepeat);
  }

  /** The input ranges by stream, as far as they have been decided. */
  Map<Integer, InputRange> ranges() {
    return ranges;
  }

  /** Accounts for inputs of a stream that the batch goes without. */
  void skip(int streamId, List<String> names) {
    List<String> all = new ArrayList<>(skipped(streamId));
    all.addAll(names);
    skipped.put(streamId, all);
  }

  List<String> skipped(int streamId) {
    return skipped.getOrDefault(streamId, List.of());
  }

  /** What the states amount to, once the batch has decided on them. */
  void setStates(List<StateInfo> states) {
    this.states = states;
  }

  /** Accounts for a wait for the plan to be durable. */
  void addPlanNanos(long nanos) {
    planNanos += nanos;
  }

  long planNanos() {
    return planNanos;
  }

  void setCheckpoint(CheckpointInfo info) {
    checkpoint = Optional.of(info);
  }

  void add(OutputOperationInfo operation) {
    operations.put(operation.id(), operation);
  }

  /** Accounts for a failure that no output has been charged with. */
  void addFailure(long atMillis, String reason) {
    if (operations.values().stream().anyMatch(operation -> operation.failureReason() != null)) {
      return;
    }
    add(
        new OutputOperationInfo(
            time, NO_OUTPUT, "input", "input and windows", atMillis, atMillis, reason));
  }

  OutputOperationInfo operation(
      Output output, long fromMillis, long toMillis, @Nullable String failureReason) {
    return new OutputOperationInfo(
        time, output.id(), output.operation(), output.label(), fromMillis, toMillis, failureReason);
  }

  BatchInfo submitted(Map<Integer, StreamInputInfo> inputs) {
    return info(inputs, -1, -1, -1);
  }

  BatchInfo started(Map<Integer, StreamInputInfo> inputs) {
    return info(inputs, startMillis, -1, -1);
  }

  BatchInfo completed(Map<Integer, StreamInputInfo> inputs, long endMillis, long workNanos) {
    return info(inputs, startMillis, endMillis, workNanos);
  }

  private BatchInfo info(
      Map<Integer, StreamInputInfo> inputs, long fromMillis, long toMillis, long workNanos) {
    return new BatchInfo(
        number,
        time,
        numMergedTicks,
        inputs,
        // A last batch, on stopping, is cut before its time.
        Math.min(time.milliseconds(), startMillis),
        fromMillis,
        toMillis,
        workNanos,
        operations,
        states,
        checkpoint);
  }
}
