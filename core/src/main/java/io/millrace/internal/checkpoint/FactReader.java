package io.millrace.internal.checkpoint;

import io.millrace.CorruptionException;
import io.millrace.FormatVersionException;
import io.millrace.spi.checkpoint.ObjectNames;
import io.millrace.spi.checkpoint.Slot;
import io.millrace.spi.state.StateFile;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Reads what {@link FactWriter} has written. Takes no more memory than the bytes there are account
 * for, whatever lengths they claim.
 */
final class FactReader {

  private final ByteBuffer in;
  private final short version;

  private FactReader(ByteBuffer in, short version) {
    this.in = in;
    this.version = version;
  }

  /** The facts of a slot; none if it is a claim. */
  static List<Fact> decode(Slot slot) throws IOException {
    return slot.isClaim() ? List.of() : decode(slot.body(), "slot " + slot.number());
  }

  /**
   * Reads facts.
   *
   * @param what names the bytes in errors
   */
  static List<Fact> decode(byte[] body, String what) throws IOException {
    ByteBuffer in = ByteBuffer.wrap(body);
    try {
      short version = in.getShort();
      if (version < FactWriter.OLDEST_VERSION || version > FactWriter.VERSION) {
        throw new FormatVersionException(
            what, version, FactWriter.OLDEST_VERSION, FactWriter.VERSION);
      }
      FactReader reader = new FactReader(in, version);
      List<Fact> facts = reader.list(reader::fact);
      reader.requireEnd();
      return facts;
    } catch (BufferUnderflowException | IllegalArgumentException e) {
      throw new CorruptionException(
          String.format(
              Locale.ROOT,
              "%s can't be understood at byte %d of %d: %s. Restore the directory from a backup",
              what,
              in.position(),
              body.length,
              e.getMessage()),
          e);
    }
  }

  @FunctionalInterface
  private interface Part<T> {
    T read() throws IOException;
  }

  private void requireEnd() {
    if (in.hasRemaining()) {
      throw new IllegalArgumentException(in.remaining() + " bytes are left over");
    }
  }

  private Fact fact() throws IOException {
    int kind = in.get();
    FactReader content = new FactReader(ByteBuffer.wrap(bytes()), version);
    Fact fact = content.content(kind);
    content.requireEnd();
    return fact;
  }

  private Fact content(int kind) throws IOException {
    return switch (kind) {
      case FactWriter.FIRST_PLANNED -> planned(BatchKind.INPUT);
      case FactWriter.PLANNED -> planned();
      case FactWriter.PREPARED -> prepared();
      case FactWriter.COMMITTED -> new Fact.Committed(in.getLong(), in.getLong());
      case FactWriter.COMPACTED -> new Fact.Compacted(text(), list(this::text), files());
      case FactWriter.NUMBERS_USED -> new Fact.NumbersUsed(in.getLong());
      case FactWriter.DROPPED -> new Fact.Dropped(list(this::text));
      case FactWriter.GIVEN_UP ->
          new Fact.GivenUp(
              in.getLong(), text(), list(this::text), flag(), in.getLong(), flag(), text());
      case FactWriter.FIRST_IMAGE -> new Fact.Image(firstState());
      case FactWriter.IMAGE -> new Fact.Image(state());
      default -> throw new IllegalArgumentException("there are no facts of kind " + kind);
    };
  }

  private Fact.Planned planned() throws IOException {
    int kind = in.get();
    BatchKind[] kinds = BatchKind.values();
    if (kind < 0 || kind >= kinds.length) {
      throw new IllegalArgumentException("there are no batches of kind " + kind);
    }
    return planned(kinds[kind]);
  }

  private Fact.Planned planned(BatchKind kind) throws IOException {
    return new Fact.Planned(
        in.getLong(),
        kind,
        in.getLong(),
        in.getLong(),
        in.getLong(),
        in.getInt(),
        map(this::text, this::bytes));
  }

  private Fact.Prepared prepared() throws IOException {
    return new Fact.Prepared(
        in.getLong(),
        map(this::text, () -> new Fact.StateChange(text(), files())),
        map(this::text, this::windowChange),
        map(this::text, this::files));
  }

  private Fact.WindowChange windowChange() throws IOException {
    long forgottenMillis = in.getLong();
    return new Fact.WindowChange(files(), forgottenMillis);
  }

  private CheckpointState firstState() throws IOException {
    long lastBatch = in.getLong();
    long lastMillis = in.getLong();
    return state(
        lastBatch,
        lastMillis,
        lastMillis,
        () -> new BatchKey(in.getLong(), 0),
        () -> planned(BatchKind.INPUT));
  }

  private CheckpointState state() throws IOException {
    return state(
        in.getLong(),
        in.getLong(),
        in.getLong(),
        () -> new BatchKey(in.getLong(), in.getLong()),
        this::planned);
  }

  private CheckpointState state(
      long lastBatch,
      long lastMillis,
      long lastInputMillis,
      Part<BatchKey> key,
      Part<Fact.Planned> open)
      throws IOException {
    return new CheckpointState(
        lastBatch,
        lastMillis,
        lastInputMillis,
        in.getLong(),
        map(this::text, () -> new CheckpointState.StateContents(text(), files())),
        map(this::text, () -> new CheckpointState.WindowContents(map(key, this::files))),
        map(
            this::text,
            () ->
                new CheckpointState.SourceProgress(
                    optional(this::bytes),
                    list(this::bytes),
                    version < FactWriter.FIRST_WITH_NAMES ? List.of() : files())),
        map(this::text, in::getLong),
        optional(open),
        map(in::getLong, this::prepared),
        List.of());
  }

  private List<StateFile> files() throws IOException {
    return list(this::file);
  }

  private StateFile file() throws IOException {
    StateFile file =
        new StateFile(
            text(),
            optional(this::bytes),
            in.getLong(),
            in.getLong(),
            in.getInt(),
            in.getInt(),
            flag(),
            version == FactWriter.OLDEST_VERSION ? StateFile.NO_CHECKSUM : in.getLong());
    if (file.inline().isEmpty()) {
      ObjectNames.check(file.name());
    }
    return file;
  }

  private String text() {
    return new String(bytes(), StandardCharsets.UTF_8);
  }

  private byte[] bytes() {
    byte[] content = new byte[size()];
    in.get(content);
    return content;
  }

  /** A count of things that take a byte or more each. */
  private int size() {
    int size = in.getInt();
    if (size < 0 || size > in.remaining()) {
      throw new IllegalArgumentException(size + " is more than the bytes that are left");
    }
    return size;
  }

  private boolean flag() {
    byte flag = in.get();
    if (flag < 0 || flag > 1) {
      throw new IllegalArgumentException(flag + " is not a flag");
    }
    return flag == 1;
  }

  private <T> Optional<T> optional(Part<T> part) throws IOException {
    return flag() ? Optional.of(part.read()) : Optional.empty();
  }

  private <T> List<T> list(Part<T> part) throws IOException {
    int size = size();
    List<T> values = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      values.add(part.read());
    }
    return values;
  }

  private <K, V> TreeMap<K, V> map(Part<K> key, Part<V> value) throws IOException {
    int size = size();
    TreeMap<K, V> map = new TreeMap<>();
    for (int i = 0; i < size; i++) {
      map.put(key.read(), value.read());
    }
    return map;
  }
}
