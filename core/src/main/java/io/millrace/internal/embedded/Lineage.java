package io.millrace.internal.embedded;

import io.millrace.internal.pipeline.CogroupTable;
import io.millrace.internal.pipeline.IteratorReader;
import io.millrace.internal.pipeline.Keeper;
import io.millrace.internal.pipeline.KeyedBlock;
import io.millrace.internal.pipeline.Pipeline;
import io.millrace.internal.pipeline.ReaderIterator;
import io.millrace.internal.pipeline.Stage;
import io.millrace.internal.serialization.RecordCopier;
import io.millrace.spi.plan.BlockSetNode;
import io.millrace.spi.plan.CartesianNode;
import io.millrace.spi.plan.CoalesceNode;
import io.millrace.spi.plan.CogroupNode;
import io.millrace.spi.plan.Combiner;
import io.millrace.spi.plan.ExchangeNode;
import io.millrace.spi.plan.Operator;
import io.millrace.spi.plan.PipeNode;
import io.millrace.spi.plan.PlanNode;
import io.millrace.spi.plan.RecordReader;
import io.millrace.spi.plan.RecordSource;
import io.millrace.spi.plan.SourceNode;
import io.millrace.spi.plan.StorageMark;
import io.millrace.spi.plan.UnionNode;
import io.millrace.spi.plan.ZipNode;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns one partition of a node into a pipeline: walks up the lineage, gathering narrow operators,
 * until it meets something that has to be read. Belongs to one attempt at a task.
 */
final class Lineage {

  /** What the job knows about its exchanges and kept nodes. */
  interface Inputs {

    /** Opens a partition of an exchange whose outputs the job has. */
    RecordReader<?> exchange(ExchangeNode<?> node, int partition, EmbeddedTaskContext task)
        throws Exception;

    /** For what this task gathers. */
    Spilling spilling();

    /** A kept partition, or null. */
    BlockStore.@Nullable Block kept(PlanNode<?> node, int partition);
  }

  private static final Logger LOG = LoggerFactory.getLogger(Lineage.class);

  private final Inputs inputs;
  private final @Nullable BlockStore store;
  private final EmbeddedTaskContext task;
  private final Pipeline.Poll poll;
  private boolean isCopying;

  /**
   * @param store keeps what is marked; null where others see to that
   */
  Lineage(Inputs inputs, @Nullable BlockStore store, EmbeddedTaskContext task) {
    this.inputs = inputs;
    this.store = store;
    this.task = task;
    this.poll = task::poll;
  }

  /**
   * From here on, records that are held in memory for others too, or for a later attempt at the
   * task (cached, pinned, exchanged, or in the list of a source), are handed out as copies if they
   * could be changed. What other sources give is the task's own.
   */
  Lineage copying() {
    isCopying = true;
    return this;
  }

  /**
   * Whether combining may change the first value of a key. {@link Combiner.Aggregate} changes what
   * its {@code createCombiner} has made, which its table keeps apart from the value.
   */
  static boolean changesValues(@Nullable Combiner combiner) {
    return combiner instanceof Combiner.Reduce;
  }

  /** The pipeline that yields partition {@code partition} of {@code target}. */
  Pipeline pipeline(PlanNode<?> target, int partition) throws Exception {
    return pipeline(target, partition, true);
  }

  private Pipeline pipeline(PlanNode<?> target, int partition, boolean mayBeKept) throws Exception {
    Deque<Stage.Part> parts = new ArrayDeque<>();
    PlanNode<?> node = target;
    int index = partition;
    while (true) {
      BlockStore.Block kept = mayBeKept || !node.equals(target) ? inputs.kept(node, index) : null;
      if (kept != null) {
        return pipeline(shared(readKept(kept, node, index)), parts);
      }
      StorageMark mark = node.storage();
      if (mark != null && store != null && store.keeps(mark)) {
        parts.addFirst(new Stage.Tee(keeper(store, node, index, mark)));
      }
      if (node instanceof PipeNode<?> pipe && Stage.isFused(pipe.operator())) {
        parts.addFirst(new Stage.Apply(pipe.operator(), index));
        node = pipe.parent();
      } else if (node instanceof UnionNode<?> union && union.members().size() == 1) {
        node = union.members().get(0);
      } else if (node instanceof UnionNode<?> union && !union.isAligned()) {
        int member = 0;
        while (index >= union.members().get(member).numPartitions()) {
          index -= union.members().get(member++).numPartitions();
        }
        node = union.members().get(member);
      } else {
        return pipeline(read(node, index), parts);
      }
    }
  }

  private RecordReader<?> shared(RecordReader<?> records) {
    return isCopying ? CopyingReader.of(records) : records;
  }

  private Keeper keeper(BlockStore store, PlanNode<?> node, int partition, StorageMark mark) {
    BlockKeeper keeper = store.keeper(node, partition, mark);
    task.addTaskCompletionListener(ended -> keeper.close());
    return isCopying && !mark.serialized() ? new CopyKeeper(keeper, new RecordCopier()) : keeper;
  }

  /** Keeps records as they are now: those downstream may change them. */
  private record CopyKeeper(Keeper keeper, RecordCopier copier) implements Keeper {

    @Override
    public void keep(Object record) {
      keeper.keep(copier.copy(record));
    }

    @Override
    public void complete() {
      keeper.complete();
    }
  }

  private RecordReader<?> readKept(BlockStore.Block kept, PlanNode<?> node, int partition)
      throws Exception {
    if (!kept.isOnDisk()) {
      return kept.reader();
    }
    RecordReader<?> reader =
        new RecoveringReader(
            kept,
            lost -> {
              if (store != null) {
                store.lose(node, partition, kept);
              }
              LOG.warn(
                  "partition {} of {} is computed again: {}", partition, node, lost.toString());
              return pipeline(node, partition, false).reader();
            });
    return new ClosingReader(reader, task.closeAtEnd(reader));
  }

  private Pipeline pipeline(RecordReader<?> source, Deque<Stage.Part> parts) {
    return new Pipeline(source, List.copyOf(parts), poll);
  }

  private RecordReader<?> open(PlanNode<?> node, int partition) throws Exception {
    return pipeline(node, partition).reader();
  }

  private RecordReader<?> read(PlanNode<?> node, int partition) throws Exception {
    if (node instanceof SourceNode<?> source) {
      RecordReader<?> records = openSource(source.source(), partition);
      return source.source().holdsRecords() ? shared(records) : records;
    } else if (node instanceof BlockSetNode<?> blocks) {
      return shared(openSource(blocks.blocks(), partition));
    } else if (node instanceof PipeNode<?> pipe) {
      return readThrough(pipe, partition);
    } else if (node instanceof UnionNode<?> union) {
      List<Joining.Opening> members = new ArrayList<>();
      flattened(union).forEach(member -> members.add(() -> open(member, partition)));
      return Joining.concatenated(members);
    } else if (node instanceof CoalesceNode<?> coalesce) {
      List<Joining.Opening> members = new ArrayList<>();
      int end = coalesce.firstParentPartition(partition + 1);
      for (int i = coalesce.firstParentPartition(partition); i < end; i++) {
        int member = i;
        members.add(() -> open(coalesce.parent(), member));
      }
      return Joining.concatenated(members);
    } else if (node instanceof ExchangeNode<?> exchange) {
      return shared(inputs.exchange(exchange, partition, task));
    } else if (node instanceof CogroupNode<?> cogroup) {
      List<Joining.Opening> parents = new ArrayList<>();
      cogroup.parents().forEach(parent -> parents.add(() -> open(parent, partition)));
      SpillScope scope = scope();
      ExternalCombine overflow =
          new ExternalCombine(() -> new CogroupTable(parents.size()), scope, poll);
      return closing(overflow.result(CogroupTable.group(parents, overflow, poll)), scope);
    } else if (node instanceof ZipNode<?> zip) {
      List<Iterator<?>> parents = new ArrayList<>();
      for (PlanNode<?> parent : zip.parents()) {
        parents.add(new ReaderIterator(open(parent, partition)));
      }
      return iterate(zip.zipper().zip(parents), zip);
    } else if (node instanceof CartesianNode<?, ?> cartesian) {
      int rights = cartesian.right().numPartitions();
      Iterator<Object> left = new ReaderIterator(open(cartesian.left(), partition / rights));
      return iterate(
          Joining.product(left, () -> open(cartesian.right(), partition % rights)), cartesian);
    }
    throw new IllegalStateException("unknown plan node " + node);
  }

  private RecordReader<?> openSource(RecordSource<?> source, int partition) throws Exception {
    RecordReader<?> reader = source.open(partition, task);
    return new ClosingReader(reader, task.closeAtEnd(reader));
  }

  /**
   * The members of an aligned union, those of aligned unions among them in their place: a union
   * that grew member by member is nested deeper than readers can be.
   */
  private static List<PlanNode<?>> flattened(UnionNode<?> union) {
    List<PlanNode<?>> members = new ArrayList<>();
    Deque<PlanNode<?>> open = new ArrayDeque<>(union.members());
    while (!open.isEmpty()) {
      PlanNode<?> node = open.pop();
      if (node instanceof UnionNode<?> inner && inner.isAligned() && inner.storage() == null) {
        for (int i = inner.members().size() - 1; i >= 0; i--) {
          open.push(inner.members().get(i));
        }
      } else {
        members.add(node);
      }
    }
    return members;
  }

  private RecordReader<?> readThrough(PipeNode<?> pipe, int partition) throws Exception {
    boolean wasCopying = isCopying;
    try {
      if (pipe.operator() instanceof Operator.MapPartitions mapPartitions) {
        isCopying |= mapPartitions.body().changesRecords();
        Iterator<?> records = new ReaderIterator(open(pipe.parent(), partition));
        return iterate(mapPartitions.body().apply(partition, task, records), pipe);
      }
      Operator.CombineLocally combine = (Operator.CombineLocally) pipe.operator();
      isCopying |= changesValues(combine.combiner());
      return combined(combine.combiner(), pipe, partition);
    } finally {
      isCopying = wasCopying;
    }
  }

  private RecordReader<?> combined(Combiner combiner, PipeNode<?> pipe, int partition)
      throws Exception {
    Pipeline records = pipeline(pipe.parent(), partition);
    SpillScope scope = scope();
    ExternalCombine overflow = new ExternalCombine(() -> Pipeline.newTable(combiner), scope, poll);
    KeyedBlock last = records.combine(combiner, OnePartition.PLACEMENT, record -> {}, overflow)[0];
    return closing(overflow.result(last), scope);
  }

  /** Lives as long as this attempt. */
  private SpillScope scope() {
    SpillScope scope = new SpillScope(inputs.spilling());
    task.addTaskCompletionListener(ended -> scope.close());
    return scope;
  }

  private RecordReader<?> closing(Joining.Opening records, SpillScope scope) throws Exception {
    RecordReader<?> reader = records.open();
    return scope.hasFiles() ? new ClosingReader(reader, task.closeAtEnd(reader)) : reader;
  }

  private RecordReader<?> iterate(@Nullable Iterator<?> records, PlanNode<?> node) {
    if (records == null) {
      throw new IllegalStateException(
          "the function of " + node + " returned null instead of an iterator");
    }
    return new IteratorReader(
        records instanceof AutoCloseable closeable
            ? new ClosingIterator(records, task.closeAtEnd(closeable))
            : records);
  }
}
