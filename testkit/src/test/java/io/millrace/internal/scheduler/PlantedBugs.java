package io.millrace.internal.scheduler;

import io.millrace.internal.checkpoint.Fact;
import io.millrace.internal.checkpoint.LoggedFacts;
import io.millrace.sink.Marker;
import io.millrace.sink.SinkContext;
import io.millrace.sink.SinkSession;
import io.millrace.sink.StageContext;
import io.millrace.sink.StagedRows;
import io.millrace.sink.TransactionalSink;
import io.millrace.source.Replay;
import io.millrace.spi.checkpoint.CheckpointStorage;
import io.millrace.spi.checkpoint.DurableFiles;
import io.millrace.spi.checkpoint.ForwardingStorage;
import io.millrace.stream.graph.InputNode;
import io.millrace.stream.graph.Output;
import io.millrace.stream.graph.Staging;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.BiPredicate;
import java.util.function.Predicate;
import java.util.zip.CRC32C;

/** Parts that do what the real ones must not. */
final class PlantedBugs {

  private PlantedBugs() {}

  /** Files that pass everything on. */
  static class Files implements DurableFiles {

    final DurableFiles real;

    Files(DurableFiles real) {
      this.real = real;
    }

    @Override
    public String location() {
      return real.location();
    }

    @Override
    public void create(String path, List<ByteBuffer> content) throws IOException {
      real.create(path, content);
    }

    @Override
    public void sync(String path) throws IOException {
      real.sync(path);
    }

    @Override
    public void link(String path, String existing) throws IOException {
      real.link(path, existing);
    }

    @Override
    public void createDirectory(String path) throws IOException {
      real.createDirectory(path);
    }

    @Override
    public void syncDirectory(String path) throws IOException {
      real.syncDirectory(path);
    }

    @Override
    public void delete(String path) throws IOException {
      real.delete(path);
    }

    @Override
    public List<String> list(String path) throws IOException {
      return real.list(path);
    }

    @Override
    public long size(String path) throws IOException {
      return real.size(path);
    }

    @Override
    public byte[] read(String path, long offset, int length) throws IOException {
      return real.read(path, offset, length);
    }
  }

  /** Never syncs a directory. */
  static final class UnsyncedDirectories extends Files {

    UnsyncedDirectories(DurableFiles real) {
      super(real);
    }

    @Override
    public void syncDirectory(String path) {}
  }

  /** Never syncs a file. */
  static final class UnsyncedFiles extends Files {

    UnsyncedFiles(DurableFiles real) {
      super(real);
    }

    @Override
    public void sync(String path) {}
  }

  /** Takes a failed sync for a success. */
  static final class SwallowedSyncs extends Files {

    SwallowedSyncs(DurableFiles real) {
      super(real);
    }

    @Override
    public void sync(String path) {
      try {
        real.sync(path);
      } catch (IOException ignored) {
        return;
      }
    }
  }

  /** Writes objects in their place, where they are seen before they are whole. */
  static final class WrittenInPlace extends Files {

    WrittenInPlace(DurableFiles real) {
      super(real);
    }

    @Override
    public void link(String path, String existing) throws IOException {
      byte[] bytes = real.read(existing, 0, (int) real.size(existing));
      real.create(path, List.of(ByteBuffer.wrap(bytes)));
      real.sync(path);
    }
  }

  /** Says of some objects that they are durable, and writes them after a later one. */
  static final class Deferred extends ForwardingStorage {

    private record Put(String name, List<ByteBuffer> content) {}

    private final BiPredicate<String, List<ByteBuffer>> isDeferred;
    private final List<Put> puts = new ArrayList<>();

    private final BiPredicate<String, List<ByteBuffer>> isLate;

    /**
     * @param isLate what the deferred objects are written after
     */
    private Deferred(
        CheckpointStorage real,
        BiPredicate<String, List<ByteBuffer>> isDeferred,
        BiPredicate<String, List<ByteBuffer>> isLate) {
      super(real);
      this.isDeferred = isDeferred;
      this.isLate = isLate;
    }

    /** Of slots that say something of this kind, and nothing that is not deferred. */
    static Deferred slots(CheckpointStorage real, Predicate<List<Fact>> isDeferred) {
      return new Deferred(
          real,
          (name, content) -> {
            List<Fact> facts = LoggedFacts.in(name, content);
            return !facts.isEmpty() && isDeferred.test(facts);
          },
          (name, content) -> true);
    }

    /** Of objects of data, until a batch is committed. */
    static Deferred data(CheckpointStorage real) {
      return new Deferred(
          real,
          (name, content) -> name.startsWith("data/"),
          (name, content) ->
              LoggedFacts.in(name, content).stream().anyMatch(Fact.Committed.class::isInstance));
    }

    @Override
    public byte[] read(String name, long offset, int length) throws IOException {
      for (Put put : puts) {
        if (put.name().equals(name)) {
          ByteArrayOutputStream bytes = new ByteArrayOutputStream();
          for (ByteBuffer piece : put.content()) {
            byte[] copy = new byte[piece.remaining()];
            piece.duplicate().get(copy);
            bytes.write(copy);
          }
          return Arrays.copyOfRange(bytes.toByteArray(), (int) offset, (int) offset + length);
        }
      }
      return super.read(name, offset, length);
    }

    @Override
    public boolean putIfAbsent(String name, List<ByteBuffer> content) throws IOException {
      if (isDeferred.test(name, content)) {
        puts.add(new Put(name, content));
        return true;
      }
      boolean isPut = real.putIfAbsent(name, content);
      if (isLate.test(name, content)) {
        for (Put put : puts) {
          real.putIfAbsent(put.name(), put.content());
        }
        puts.clear();
      }
      return isPut;
    }
  }

  /** Takes a failed write for a success. */
  static final class SwallowedWrites extends ForwardingStorage {

    SwallowedWrites(CheckpointStorage real) {
      super(real);
    }

    @Override
    public boolean putIfAbsent(String name, List<ByteBuffer> content) {
      try {
        return real.putIfAbsent(name, content);
      } catch (IOException ignored) {
        return true;
      }
    }
  }

  /** Does not mind that a slot is taken. */
  static final class Unfenced extends ForwardingStorage {

    Unfenced(CheckpointStorage real) {
      super(real);
    }

    @Override
    public boolean putIfAbsent(String name, List<ByteBuffer> content) throws IOException {
      boolean isPut = real.putIfAbsent(name, content);
      return isPut || !LoggedFacts.in(name, content).isEmpty();
    }
  }

  /** Deletes an object of data with each slot that goes. */
  static final class Overzealous extends ForwardingStorage {

    Overzealous(CheckpointStorage real) {
      super(real);
    }

    @Override
    public void delete(String name) throws IOException {
      real.delete(name);
      List<StoredObject> data = real.list("data");
      if (name.startsWith("log/") && !data.isEmpty()) {
        real.delete(data.get(data.size() - 1).name());
      }
    }
  }

  /** Reads the slots of an earlier process without what they say of states. */
  static final class LostChanges extends ForwardingStorage {

    LostChanges(CheckpointStorage real) {
      super(real);
    }

    @Override
    public byte[] read(String name) throws IOException {
      byte[] slot = real.read(name);
      return name.startsWith("log/") ? LoggedFacts.withoutStates(name, slot) : slot;
    }
  }

  /** Does not know the checkpoint again. */
  static final class Nameless extends ForwardingStorage {

    private final int process;

    Nameless(CheckpointStorage real, int process) {
      super(real);
      this.process = process;
    }

    @Override
    public byte[] read(String name) throws IOException {
      byte[] bytes = real.read(name);
      if (name.equals("identity")) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes).putLong(8, process);
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, 24);
        buffer.putInt(24, (int) crc.getValue());
      }
      return bytes;
    }
  }

  /** A journal that passes everything on. */
  private static class Forwarding implements Journal {

    final Journal real;

    Forwarding(Journal real) {
      this.real = real;
    }

    @Override
    public void resumeSources(List<InputNode<?>> inputs) {
      real.resumeSources(inputs);
    }

    @Override
    public long lastNumber() {
      return real.lastNumber();
    }

    @Override
    public Optional<Long> lastMillis() {
      return real.lastMillis();
    }

    @Override
    public Optional<Long> lastInputMillis() {
      return real.lastInputMillis();
    }

    @Override
    public long epoch() {
      return real.epoch();
    }

    @Override
    public Optional<RecordedBatch> takeOpen() throws Exception {
      return real.takeOpen();
    }

    @Override
    public void endRepeat(StreamPlans plans) {
      real.endRepeat(plans);
    }

    @Override
    public void begin(OpenBatch batch) throws Exception {
      real.begin(batch);
    }

    @Override
    public boolean hasInput(OpenBatch batch) {
      return real.hasInput(batch);
    }

    @Override
    public void advanced(OpenBatch batch, StreamPlans plans, boolean mustBeRecorded)
        throws Exception {
      real.advanced(batch, plans, mustBeRecorded);
    }

    @Override
    public Fact.GivenUp skip(OpenBatch batch, InputNode<?> input, String name, String reason)
        throws Exception {
      return real.skip(batch, input, name, reason);
    }

    @Override
    public String remedies(OpenBatch batch, InputNode<?> input, String name) {
      return real.remedies(batch, input, name);
    }

    @Override
    public void awaitBegun(OpenBatch batch) throws Exception {
      real.awaitBegun(batch);
    }

    @Override
    public Staging staging(Output output, OpenBatch batch) {
      return real.staging(output, batch);
    }

    @Override
    public boolean mayPlanAhead() {
      return real.mayPlanAhead();
    }

    @Override
    public void commit(OpenBatch batch, StreamPlans plans, Optional<OpenBatch> next)
        throws Exception {
      real.commit(batch, plans, next);
    }

    @Override
    public Throwable reason(Throwable failure) {
      return real.reason(failure);
    }

    @Override
    public void close() {
      real.close();
    }
  }

  /** Forgets that an earlier driver has planned a batch. */
  static final class ForgottenPlan extends Forwarding {

    ForgottenPlan(Journal real) {
      super(real);
    }

    @Override
    public Optional<RecordedBatch> takeOpen() {
      return Optional.empty();
    }
  }

  /** Plans a batch without input with its end alone, whatever its outputs have told of it. */
  static final class LatePlan extends Forwarding {

    LatePlan(Journal real) {
      super(real);
    }

    @Override
    public void advanced(OpenBatch batch, StreamPlans plans, boolean mustBeRecorded) {}
  }

  /** Lets outputs run before the plan of their batch is durable. */
  static final class UnawaitedPlan extends Forwarding {

    UnawaitedPlan(Journal real) {
      super(real);
    }

    @Override
    public void awaitBegun(OpenBatch batch) {}

    @Override
    public void commit(OpenBatch batch, StreamPlans plans, Optional<OpenBatch> next)
        throws Exception {
      real.awaitBegun(batch);
      super.commit(batch, plans, next);
    }
  }

  /** Leaves inputs out that can't be read, and writes nothing about it. */
  static final class UnrecordedSkip extends Forwarding {

    UnrecordedSkip(Journal real) {
      super(real);
    }

    @Override
    public Fact.GivenUp skip(OpenBatch batch, InputNode<?> input, String name, String reason)
        throws Exception {
      return new Journal.None().skip(batch, input, name, reason);
    }
  }

  /** Does not go on where it was. */
  static final class ForgetfulSource extends NumberSource {

    ForgetfulSource(String name, int end, Life life) {
      super(name, end, life);
    }

    @Override
    public Optional<Replay<Numbers>> replay() {
      Replay<Numbers> real = super.replay().orElseThrow();
      return Optional.of(
          new Replay<>() {
            @Override
            public Object durable(Numbers range) {
              return real.durable(range);
            }

            @Override
            public Object position() {
              return real.position();
            }

            @Override
            public void restore(Object position, List<Object> ranges) throws Exception {
              real.restore(position, List.of());
            }

            @Override
            public Numbers range(Object durable) throws Exception {
              return real.range(durable);
            }
          });
    }
  }

  /** What a sink does wrong. */
  enum SinkBug {
    /** The marker is written in a step of its own, after the rows. */
    MARKER_AFTER_ROWS,
    /** The marker is written in a step of its own, before the rows. */
    MARKER_BEFORE_ROWS,
    /** Whoever comes first is said to have written the batch. */
    MARKER_OF_FIRST_EPOCH,
    /** Any driver may commit. */
    NO_FENCE
  }

  /** A sink with a bug. */
  record BadSink(OutsideSink real, SinkBug bug) implements TransactionalSink<String, String> {

    @Override
    public String description() {
      return real.description();
    }

    @Override
    public void stage(Iterator<String> records, StageContext context, RowOutput<String> rows)
        throws Exception {
      real.stage(records, context, rows);
    }

    @Override
    public SinkSession<String> open(SinkContext context) throws Exception {
      SinkSession<String> session = real.open(context);
      return new SinkSession<>() {
        private Optional<Marker> marker = session.marker();

        @Override
        public Optional<Marker> marker() {
          return bug == SinkBug.MARKER_OF_FIRST_EPOCH
              ? marker.map(known -> new Marker(known.batch(), 1))
              : marker;
        }

        @Override
        public void commit(Marker next, StagedRows<String> rows) throws Exception {
          List<String> copy = new ArrayList<>();
          rows.forEach(copy::add);
          Life life = Life.of(real.life());
          Outside.Target target = life.outside().target(real.target());
          switch (bug) {
            case MARKER_AFTER_ROWS -> {
              step(life, () -> target.write(next, copy));
              step(life, () -> target.mark(next));
            }
            case MARKER_BEFORE_ROWS -> {
              step(life, () -> target.mark(next));
              step(life, () -> target.write(next, copy));
            }
            case NO_FENCE ->
                step(
                    life,
                    () -> {
                      target.write(next, copy);
                      target.mark(next);
                    });
            case MARKER_OF_FIRST_EPOCH -> session.commit(next, rows);
          }
          marker = Optional.of(next);
        }

        private void step(Life life, Runnable change) throws IOException {
          life.process()
              .call(
                  "commit",
                  real.target(),
                  () -> {
                    change.run();
                    return true;
                  });
        }

        @Override
        public void close() throws Exception {
          session.close();
        }
      };
    }
  }
}
