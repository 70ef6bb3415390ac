package io.millrace.internal.pipeline;

import io.millrace.TaskContext;
import io.millrace.spi.Terminal;
import io.millrace.spi.plan.Combiner;
import io.millrace.spi.plan.Placement;
import io.millrace.spi.plan.RecordReader;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Runs a stage over the records of a reader, by pushing to its end or by pulling from it.
 *
 * <p>Source records come in chunks that start at one record and double up to {@value #MAX_CHUNK};
 * the {@link Poll} runs between chunks, so that a slow first record is noticed as soon as it is
 * done. A chain of more than {@value #MAX_STEPS} parts is cut: the first parts are read by what
 * follows, chunk by chunk, so that the depth of the stack does not grow with the lineage.
 */
public final class Pipeline {

  /** Records per chunk at most. */
  static final int MAX_CHUNK = 512;

  /** Where chunks begin; enough for the partitions of a small batch. */
  private static final int SMALL_CHUNK = 16;

  /** Steps in one chain at most: each takes a frame or two of the stack. */
  static final int MAX_STEPS = 256;

  private static final Object[] NO_RECORDS = {};

  /** Asked between chunks; throws to end the task. */
  @FunctionalInterface
  public interface Poll {
    void poll() throws Exception;
  }

  private final RecordReader<?> source;
  private final Stage stage;
  private final List<Stage.Part> parts;
  private final Poll poll;

  /**
   * @param source read once; closed by whoever opened it
   * @param parts operators from the source's side on
   */
  public Pipeline(RecordReader<?> source, List<Stage.Part> parts, Poll poll) {
    this(source, parts, poll, Specializer.shared());
  }

  Pipeline(RecordReader<?> source, List<Stage.Part> parts, Poll poll, Specializer specializer) {
    RecordReader<?> head = source;
    int first = 0;
    for (; parts.size() - first > MAX_STEPS; first += MAX_STEPS) {
      List<Stage.Part> cut = parts.subList(first, first + MAX_STEPS);
      head = new Pipeline(head, cut, poll, specializer).reader();
    }
    this.source = head;
    this.parts = List.copyOf(parts.subList(first, parts.size()));
    this.stage = new Stage(this.parts, specializer);
    this.poll = poll;
  }

  /** Pushes all records to the end that {@code terminal} describes and returns its result. */
  @SuppressWarnings("unchecked")
  public <R> R run(Terminal<?, R> terminal, TaskContext context) throws Exception {
    if (terminal instanceof Terminal.Collect || terminal instanceof Terminal.Take) {
      int limit = terminal instanceof Terminal.Take<?> take ? take.count() : Integer.MAX_VALUE;
      Rows rows = new Rows();
      if (limit > 0) {
        push(stage.loop(CollectStep.class, null, new CollectStep.Into(rows, limit)));
      }
      return (R) rows.asList();
    } else if (terminal instanceof Terminal.Count) {
      CountStep.Counter counter = new CountStep.Counter();
      push(stage.loop(CountStep.class, null, counter));
      return (R) (Long) counter.count;
    } else if (terminal instanceof Terminal.Reduce<?> reduce) {
      FoldStep.Fold fold = new FoldStep.Fold(reduce.function());
      push(stage.loop(FoldStep.class, reduce.function(), fold));
      Rows rows = new Rows();
      if (fold.started) {
        rows.add(fold.value);
      }
      return (R) rows.asList();
    } else if (terminal instanceof Terminal.Aggregate<?, ?> aggregate) {
      FoldStep.Fold fold = new FoldStep.Fold(aggregate.function(), aggregate.zero().get());
      push(stage.loop(FoldStep.class, aggregate.function(), fold));
      return (R) fold.value;
    } else if (terminal instanceof Terminal.ForEach<?> forEach) {
      ForEachStep.Call call = new ForEachStep.Call(forEach.function());
      push(stage.loop(ForEachStep.class, forEach.function(), call));
      return (R) (Long) call.count;
    }
    Terminal.Iterate<Object, R> iterate = (Terminal.Iterate<Object, R>) terminal;
    return iterate.body().apply(context, new ReaderIterator(reader()));
  }

  /**
   * Combines all records by key, in one block per partition of {@code placement}.
   *
   * @param overflow takes the blocks that memory has no room for, which come before those returned;
   *     null if all have to stay
   */
  public KeyedBlock[] combine(
      Combiner combiner,
      Placement placement,
      Consumer<Object> firstRecord,
      @Nullable Overflow overflow)
      throws Exception {
    CombineStep.Into into =
        new CombineStep.Into(placement, () -> stage.newTable(combiner), firstRecord, overflow);
    push(stage.loop(combiner, into));
    return into.toBlocks();
  }

  /**
   * Sends all records to targets, in order.
   *
   * @param placement by key, or null to take turns beginning with {@code firstTurn}
   */
  public void scatter(@Nullable Placement placement, Rows[] targets, Consumer<Object> firstRecord)
      throws Exception {
    push(
        stage.loop(ScatterStep.class, null, new ScatterStep.Into(placement, targets, firstRecord)));
  }

  /**
   * Merges blocks that were combined elsewhere, in their order. May change the values of the
   * blocks, so that they can be merged once only, even if that failed.
   */
  public static KeyedBlock merge(Combiner combiner, List<KeyedBlock> blocks) throws Exception {
    if (blocks.size() == 1) {
      return blocks.get(0);
    }
    KeyedTable table = Stage.table(combiner);
    for (KeyedBlock block : blocks) {
      table.addCombined(block);
    }
    return table.toBlock();
  }

  /** Reads a block as pairs. */
  public static RecordReader<?> read(KeyedBlock block) {
    return new KeyedReader(block);
  }

  /** A table for combining by hand. */
  public static KeyedTable newTable(Combiner combiner) {
    return Stage.table(combiner);
  }

  /** The records behind the stage, computed chunk by chunk as they are asked for. */
  public RecordReader<?> reader() {
    if (!parts.isEmpty()) {
      return new PullReader();
    }
    return source instanceof PairReader pairs ? new PolledPairs(pairs) : this::readSource;
  }

  /** The source itself, of pairs, with a poll for each chunk. */
  private final class PolledPairs implements PairReader {

    private final PairReader pairs;

    PolledPairs(PairReader pairs) {
      this.pairs = pairs;
    }

    @Override
    public int read(Object[] into, int max) throws Exception {
      return readSource(into, max);
    }

    @Override
    public int readPairs(Object[] keys, Object[] values, int[] hashes, int max) throws Exception {
      poll.poll();
      return pairs.readPairs(keys, values, hashes, max);
    }
  }

  private int readSource(Object[] into, int max) throws Exception {
    poll.poll();
    return source.read(into, max);
  }

  private void push(Loop loop) throws Exception {
    Signal signal = stage.signal();
    boolean ended = false;
    if (source instanceof IteratorReader iterators) {
      for (int max = 1; !signal.full && !ended; max = grown(max)) {
        ended = loop.push(iterators.iterator(), max);
        poll.poll();
      }
    } else {
      Object[] chunk = new Object[SMALL_CHUNK];
      for (int max = 1; !signal.full && !ended; max = grown(max)) {
        chunk = max <= chunk.length ? chunk : new Object[MAX_CHUNK];
        int count = source.read(chunk, max);
        if (count < 0) {
          ended = true;
        } else {
          loop.push(chunk, 0, count);
        }
        poll.poll();
      }
    }
    if (ended) {
      completeKeepers();
    }
  }

  private static int grown(int max) {
    return Math.min(2 * max, MAX_CHUNK);
  }

  private void completeKeepers() {
    for (Stage.Part part : parts) {
      if (part instanceof Stage.Tee tee) {
        tee.keeper().complete();
      }
    }
  }

  /** Pulls: pushes chunk after chunk into the caller's array until it is full. */
  private final class PullReader implements RecordReader<Object> {

    private final BufferStep.Target target = new BufferStep.Target();
    private final Loop loop = stage.loop(BufferStep.class, null, target);
    private Object[] chunk = new Object[SMALL_CHUNK];
    private int chunkMax = 1;
    private int position;
    private int count;
    private boolean ended;

    @Override
    public int read(Object[] into, int max) throws Exception {
      if (ended) {
        return -1;
      }
      Signal signal = stage.signal();
      target.array = into;
      target.limit = max;
      target.count = 0;
      signal.full = false;
      loop.resume();
      while (!signal.full) {
        if (position == count && !fill()) {
          ended = true;
          completeKeepers();
          break;
        }
        position = loop.push(chunk, position, count);
      }
      target.array = NO_RECORDS;
      return target.count == 0 ? -1 : target.count;
    }

    private boolean fill() throws Exception {
      poll.poll();
      position = 0;
      count = 0;
      chunk = chunkMax <= chunk.length ? chunk : new Object[MAX_CHUNK];
      count = source.read(chunk, chunkMax);
      chunkMax = grown(chunkMax);
      if (count < 0) {
        count = 0;
        return false;
      }
      return true;
    }
  }
}
