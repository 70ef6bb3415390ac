package io.millrace.internal.checkpoint;

import io.millrace.spi.state.StateFile;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Facts as bytes, the body of a slot. Numbers are big-endian; texts are UTF-8 after their length of
 * 4 bytes, as are bytes; lists and maps begin with their size of 4 bytes, maps are in order of
 * their keys.
 *
 * <pre>
 * body      version (2) = 3, number of facts (4), facts
 * fact      kind (1), length of the rest (4), the rest:
 *   1 Planned      no longer written: as 8 without kind, which is INPUT
 *   2 Prepared     batch (8), states: text to (form text, files), windows: text to (forgotten (8),
 *                  files), staged: text to files
 *   3 Committed    batch, epoch (8 each)
 *   4 Compacted    state text, replaced texts, files
 *   5 NumbersUsed  batch (8)
 *   6 Dropped      texts
 *   7 Image        no longer written: as 9 without the last time with input, which is the last
 *                  time, and without batches in windows; the open batch is as in 1
 *   8 Planned      kind (1), batch, time, previous time, merged ticks (8 each), parallelism (4),
 *                  ranges: text to bytes
 *   9 Image        last batch, last time, last time with input, numbers used (8 each), states: text
 *                  to (form text, files), windows: text to (time, batch (8 each) to files), sources:
 *                  text to (has position (1), position bytes if so, ranges, names: files), outputs:
 *                  text to batch (8), has open (1), Planned if so, attempts: epoch (8) to Prepared
 *  10 GivenUp      batch (8), source text, inputs: texts, is whole (1), time (8), by operator (1),
 *                  reason text; an image is followed by those that are still to be told of
 * file      name text, is inline (1), its bytes if so, length, entries (8 each), partition, number
 *           of partitions (4 each), is base (1), checksum (8), -1 for none
 * </pre>
 *
 * Version 2 has no names of sources, version 1 no checksums either.
 */
final class FactWriter {

  static final short VERSION = 3;
  static final short FIRST_WITH_NAMES = 3;
  static final short OLDEST_VERSION = 1;
  static final int FIRST_PLANNED = 1;
  static final int PREPARED = 2;
  static final int COMMITTED = 3;
  static final int COMPACTED = 4;
  static final int NUMBERS_USED = 5;
  static final int DROPPED = 6;
  static final int FIRST_IMAGE = 7;
  static final int PLANNED = 8;
  static final int IMAGE = 9;
  static final int GIVEN_UP = 10;

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final DataOutputStream out = new DataOutputStream(bytes);

  private FactWriter() {}

  static byte[] encode(List<Fact> facts) {
    FactWriter writer = new FactWriter();
    try {
      writer.out.writeShort(VERSION);
      writer.out.writeInt(facts.size());
      for (Fact fact : facts) {
        byte[] content = content(fact);
        writer.out.writeByte(kind(fact));
        writer.bytes(content);
      }
      return writer.bytes.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException("memory does not fail to be written", e);
    }
  }

  private static int kind(Fact fact) {
    if (fact instanceof Fact.Planned) {
      return PLANNED;
    } else if (fact instanceof Fact.Prepared) {
      return PREPARED;
    } else if (fact instanceof Fact.Committed) {
      return COMMITTED;
    } else if (fact instanceof Fact.Compacted) {
      return COMPACTED;
    } else if (fact instanceof Fact.NumbersUsed) {
      return NUMBERS_USED;
    } else if (fact instanceof Fact.Dropped) {
      return DROPPED;
    } else if (fact instanceof Fact.GivenUp) {
      return GIVEN_UP;
    }
    return IMAGE;
  }

  private static byte[] content(Fact fact) throws IOException {
    FactWriter writer = new FactWriter();
    if (fact instanceof Fact.Planned planned) {
      writer.planned(planned);
    } else if (fact instanceof Fact.Prepared prepared) {
      writer.prepared(prepared);
    } else if (fact instanceof Fact.Committed committed) {
      writer.out.writeLong(committed.batch());
      writer.out.writeLong(committed.epoch());
    } else if (fact instanceof Fact.Compacted compacted) {
      writer.text(compacted.stateId());
      writer.list(compacted.replaced(), writer::text);
      writer.files(compacted.merged());
    } else if (fact instanceof Fact.NumbersUsed used) {
      writer.out.writeLong(used.throughBatch());
    } else if (fact instanceof Fact.Dropped dropped) {
      writer.list(dropped.ids(), writer::text);
    } else if (fact instanceof Fact.GivenUp givenUp) {
      writer.givenUp(givenUp);
    } else if (fact instanceof Fact.Image image) {
      writer.state(image.state());
    }
    return writer.bytes.toByteArray();
  }

  @FunctionalInterface
  private interface Part<T> {
    void write(T value) throws IOException;
  }

  private void planned(Fact.Planned planned) throws IOException {
    out.writeByte(planned.kind().ordinal());
    out.writeLong(planned.batch());
    out.writeLong(planned.timeMillis());
    out.writeLong(planned.previousMillis());
    out.writeLong(planned.numMergedTicks());
    out.writeInt(planned.parallelism());
    map(planned.ranges(), this::text, this::bytes);
  }

  private void prepared(Fact.Prepared prepared) throws IOException {
    out.writeLong(prepared.batch());
    map(prepared.states(), this::text, change -> contents(change.form(), change.files()));
    map(
        prepared.windows(),
        this::text,
        change -> {
          out.writeLong(change.forgottenMillis());
          files(change.files());
        });
    map(prepared.staged(), this::text, this::files);
  }

  private void givenUp(Fact.GivenUp givenUp) throws IOException {
    out.writeLong(givenUp.batch());
    text(givenUp.source());
    list(givenUp.inputs(), this::text);
    out.writeBoolean(givenUp.isWhole());
    out.writeLong(givenUp.timeMillis());
    out.writeBoolean(givenUp.byOperator());
    text(givenUp.reason());
  }

  private void contents(String form, List<StateFile> files) throws IOException {
    text(form);
    files(files);
  }

  private void state(CheckpointState state) throws IOException {
    out.writeLong(state.lastBatch());
    out.writeLong(state.lastMillis());
    out.writeLong(state.lastInputMillis());
    out.writeLong(state.numbersUsed());
    map(state.states(), this::text, contents -> contents(contents.form(), contents.files()));
    map(
        state.windows(),
        this::text,
        contents -> map(contents.batches(), this::batchKey, this::files));
    map(
        state.sources(),
        this::text,
        progress -> {
          optional(progress.position(), this::bytes);
          list(progress.ranges(), this::bytes);
          files(progress.names());
        });
    map(state.outputs(), this::text, out::writeLong);
    optional(state.open(), this::planned);
    map(state.attempts(), out::writeLong, this::prepared);
  }

  private void batchKey(BatchKey key) throws IOException {
    out.writeLong(key.timeMillis());
    out.writeLong(key.number());
  }

  private void files(List<StateFile> files) throws IOException {
    list(
        files,
        file -> {
          text(file.name());
          optional(file.inline(), this::bytes);
          out.writeLong(file.numBytes());
          out.writeLong(file.numEntries());
          out.writeInt(file.partition());
          out.writeInt(file.numPartitions());
          out.writeBoolean(file.isBase());
          out.writeLong(file.checksum());
        });
  }

  private void text(String text) throws IOException {
    bytes(text.getBytes(StandardCharsets.UTF_8));
  }

  private void bytes(byte[] content) throws IOException {
    out.writeInt(content.length);
    out.write(content);
  }

  private <T> void optional(Optional<T> value, Part<T> part) throws IOException {
    out.writeBoolean(value.isPresent());
    if (value.isPresent()) {
      part.write(value.get());
    }
  }

  private <T> void list(List<T> values, Part<T> part) throws IOException {
    out.writeInt(values.size());
    for (T value : values) {
      part.write(value);
    }
  }

  private <K, V> void map(Map<K, V> map, Part<K> key, Part<V> value) throws IOException {
    out.writeInt(map.size());
    for (Map.Entry<K, V> entry : new TreeMap<>(map).entrySet()) {
      key.write(entry.getKey());
      value.write(entry.getValue());
    }
  }
}
