package io.millrace.internal.state;

import io.millrace.Tuple3;
import io.millrace.function.FlatMapFunction;
import io.millrace.internal.pipeline.ArrayReader;
import io.millrace.internal.pipeline.Rows;
import io.millrace.spi.plan.Placement;
import io.millrace.spi.plan.RecordReader;
import io.millrace.spi.state.StateOperator;
import io.millrace.spi.state.StateSize;
import io.millrace.spi.state.StateStep;
import io.millrace.stream.Time;
import java.io.IOException;
import java.util.BitSet;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A partition of the operators that keep one value per key. */
final class EntryPartition implements StatePartition {

  private final StateOperator operator;
  private final Placement placement;
  private final int number;
  private final Entries entries;
  private final @Nullable Timeouts timeouts;
  private final StoreSize size;
  private @Nullable Attempted attempted;

  /** There is an initial state which was not written yet, and whether the step has done so. */
  private boolean isUnwritten;

  private boolean hasWritten;

  /** The step that was tried last, until it is adopted or abandoned. */
  private record Attempted(long timeMillis, Version version) {}

  EntryPartition(
      StateOperator operator, Placement placement, int number, Entries entries, StoreSize size) {
    this.operator = operator;
    this.placement = placement;
    this.number = number;
    this.entries = entries;
    this.size = size;
    this.timeouts =
        operator instanceof StateOperator.MapRecords map && map.timeoutMillis() != null
            ? new Timeouts(map.timeoutMillis())
            : null;
  }

  @Override
  public void load(RecordReader<?> initial, long timeMillis, Poll poll) throws Exception {
    begin();
    Chunk chunk = new Chunk();
    for (int count = chunk.read(initial); count >= 0; count = chunk.read(initial)) {
      synchronized (entries) {
        entries.locate(chunk.keys, chunk.hashes, count, chunk.positions);
        for (int i = 0; i < count; i++) {
          entries.set(
              chunk.positions[i],
              Objects.requireNonNull(
                  chunk.values[i],
                  () -> "the initial state of a key is null: leave the key out instead"));
        }
      }
      account();
      poll.poll();
    }
    attempted = new Attempted(timeMillis, entries.seal());
    adopt();
    isUnwritten = true;
  }

  @Override
  public Optional<Rows> attempt(RecordReader<?> input, StateStep step, Poll poll) throws Exception {
    begin();
    Optional<Rows> emitted = run(input, step.timeMillis(), poll);
    sample();
    account();
    attempted = new Attempted(step.timeMillis(), entries.seal());
    return emitted;
  }

  private void begin() {
    attempted = null;
    hasWritten = false;
    if (entries.step() == Entries.MAX_STEP) {
      entries.rollBack();
      if (timeouts == null) {
        entries.renumber(entries.step());
      } else {
        timeouts.renumber(entries);
      }
    }
    entries.begin();
    // What an attempt that failed has accounted for is gone, so that this one is held to the
    // limits.
    size.rollBack(entries.size(), entries.size(), bytes());
  }

  private void sample() {
    size.sample(entries.size(), entries::sampleKeys, entries::sampleValues);
  }

  private void account() {
    size.account(entries.size(), entries.size(), bytes());
  }

  private long bytes() {
    return entries.bytes() + (timeouts == null ? 0 : timeouts.bytes());
  }

  private Optional<Rows> run(RecordReader<?> input, long timeMillis, Poll poll) throws Exception {
    if (operator instanceof StateOperator.MapRecords map) {
      return Optional.of(mapRecords(map, input, timeMillis, poll));
    } else if (operator instanceof StateOperator.UpdateKeys update) {
      updateKeys(update, input, timeMillis, poll);
    } else if (operator instanceof StateOperator.UpdatePartitions update) {
      updatePartition(update, input, poll);
    } else {
      throw new IllegalStateException(operator + " keeps no single values");
    }
    return Optional.empty();
  }

  private Rows mapRecords(
      StateOperator.MapRecords map, RecordReader<?> input, long timeMillis, Poll poll)
      throws Exception {
    Rows emitted = new Rows();
    StateCell cell = new StateCell(entries);
    RecordUpdate update = Templates.update(map, cell, new Time(timeMillis));
    Chunk chunk = new Chunk();
    for (int count = chunk.read(input); count >= 0; count = chunk.read(input)) {
      synchronized (entries) {
        entries.locate(chunk.keys, chunk.hashes, count, chunk.positions);
        update.apply(chunk.keys, chunk.values, chunk.positions, count, emitted);
        if (timeouts != null) {
          touchPresent(chunk.positions, count);
        }
      }
      account();
      poll.poll();
    }
    if (timeouts != null) {
      timeOut(timeouts.due(entries, timeMillis), update, emitted, poll);
    }
    return emitted;
  }

  private void touchPresent(int[] positions, int count) {
    for (int i = 0; i < count; i++) {
      if (entries.isPresent(positions[i])) {
        entries.touch(positions[i]);
      }
    }
  }

  private void timeOut(int[] due, RecordUpdate update, Rows emitted, Poll poll) throws Exception {
    for (int from = 0; from < due.length; from += Chunk.MAX) {
      synchronized (entries) {
        for (int i = from; i < Math.min(due.length, from + Chunk.MAX); i++) {
          update.timeOut(entries.key(due[i]), due[i], emitted);
          entries.remove(due[i]);
        }
      }
      poll.poll();
    }
  }

  private Groups group(RecordReader<?> input, Poll poll) throws Exception {
    Groups groups = new Groups();
    Chunk chunk = new Chunk();
    for (int count = chunk.read(input); count >= 0; count = chunk.read(input)) {
      synchronized (entries) {
        entries.locate(chunk.keys, chunk.hashes, count, chunk.positions);
      }
      groups.add(chunk.positions, chunk.values, count, entries.bound());
      poll.poll();
    }
    return groups;
  }

  private void updateKeys(
      StateOperator.UpdateKeys operator, RecordReader<?> input, long timeMillis, Poll poll)
      throws Exception {
    Groups groups = group(input, poll);
    KeyUpdate update = Templates.update(operator, new Time(timeMillis));
    int bound = entries.bound();
    for (int from = 0; from < bound; from += Chunk.MAX) {
      synchronized (entries) {
        update.apply(entries, groups, from, Math.min(bound, from + Chunk.MAX));
      }
      account();
      poll.poll();
    }
  }

  @SuppressWarnings("unchecked")
  private void updatePartition(
      StateOperator.UpdatePartitions operator, RecordReader<?> input, Poll poll) throws Exception {
    FlatMapFunction<Iterator<?>, ?> function =
        (FlatMapFunction<Iterator<?>, ?>) operator.function();
    Rows returned = new Rows();
    Iterator<?> results = function.call(new KeysWithValues(group(input, poll)));
    while (results.hasNext()) {
      returned.add(results.next());
      if (returned.size() % Chunk.MAX == 0) {
        poll.poll();
      }
    }
    BitSet kept = new BitSet(entries.bound());
    Chunk chunk = new Chunk();
    RecordReader<?> pairs = new ArrayReader(returned.elements(), returned.size());
    for (int count = chunk.read(pairs); count >= 0; count = chunk.read(pairs)) {
      synchronized (entries) {
        put(chunk, count, kept);
      }
      account();
      poll.poll();
    }
    synchronized (entries) {
      for (int i = 0; i < entries.bound(); i++) {
        if (!kept.get(i)) {
          entries.remove(i);
        }
      }
    }
  }

  private void put(Chunk chunk, int count, BitSet kept) {
    for (int i = 0; i < count; i++) {
      int owner = placement.partition(chunk.keys[i]);
      if (owner != number) {
        throw new IllegalArgumentException(
            "the update of partition "
                + number
                + " returned the key "
                + chunk.keys[i]
                + ", which belongs to partition "
                + owner
                + ": return keys that it was given");
      }
    }
    entries.locate(chunk.keys, chunk.hashes, count, chunk.positions);
    for (int i = 0; i < count; i++) {
      int position = chunk.positions[i];
      entries.replace(
          position,
          Objects.requireNonNull(
              chunk.values[i], "a returned state is null: leave the key out instead"));
      kept.set(position);
    }
  }

  /** The keys that have records or state, as {@code Tuple3<K, List<V>, Optional<S>>}. */
  private final class KeysWithValues implements Iterator<Object> {

    private final Groups groups;
    private final int bound = entries.bound();
    private int position;

    KeysWithValues(Groups groups) {
      this.groups = groups;
    }

    @Override
    public boolean hasNext() {
      while (position < bound && !entries.isPresent(position) && !groups.has(position)) {
        position++;
      }
      return position < bound;
    }

    @Override
    public Object next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      int at = position++;
      List<Object> values = groups.values(at);
      synchronized (entries) {
        return new Tuple3<>(
            entries.key(at),
            values,
            entries.isPresent(at) ? Optional.of(entries.valueToChange(at)) : Optional.empty());
      }
    }
  }

  @Override
  public Optional<StateView> view() {
    return Optional.of(new StateView(entries, tried().version()));
  }

  private Attempted tried() {
    Attempted step = attempted;
    if (step == null) {
      throw new IllegalStateException("no step has been tried to its end");
    }
    return step;
  }

  @Override
  public void write(StateFileWriter content) throws IOException {
    long timeMillis = tried().timeMillis();
    EntryWriter writer = new EntryWriter(entries, content);
    Timeouts timed = timeouts;
    if (isUnwritten) {
      writer.writeAll(
          timed == null ? null : position -> timed.touchedMillis(entries, position, timeMillis));
    } else {
      writer.writeTouched(timed == null ? null : position -> timeMillis);
    }
    hasWritten = true;
  }

  @Override
  public StatePartition.Restoring restore() {
    return new EntryRestoring(
        entries,
        timeouts,
        () -> {
          sample();
          account();
          size.adopt(entries.size(), entries.size(), bytes());
        });
  }

  @Override
  public StateSize triedSize() {
    tried();
    return entries.triedSize(size.bytes());
  }

  @Override
  public StateSize adopt() {
    Attempted step = tried();
    Timeouts timed = timeouts;
    Entries.Changes changes;
    if (timed == null) {
      changes = entries.adopt(Entries.Adoption.NONE);
    } else {
      timed.adopt(entries, step.timeMillis());
      changes = entries.adopt(new Queued(timed));
    }
    attempted = null;
    isUnwritten &= !hasWritten;
    size.adopt(entries.size(), entries.size(), bytes());
    return new StateSize(entries.size(), size.bytes(), changes.updated(), changes.removed());
  }

  /** Whatever was touched is due anew. */
  private final class Queued implements Entries.Adoption {

    private final Timeouts timed;

    Queued(Timeouts timed) {
      this.timed = timed;
    }

    @Override
    public void kept(int position) {
      timed.queue(entries, position);
    }
  }

  @Override
  public void abandon() {
    attempted = null;
    entries.rollBack();
    size.rollBack(entries.size(), entries.size(), bytes());
  }

  @Override
  public void discard() {
    size.discard();
  }
}
