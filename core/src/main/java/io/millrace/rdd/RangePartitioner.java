package io.millrace.rdd;

import io.millrace.TaskContext;
import io.millrace.Tuple2;
import io.millrace.spi.Job;
import io.millrace.spi.Terminal;
import io.millrace.spi.plan.Operator;
import io.millrace.spi.plan.PipeNode;
import io.millrace.spi.plan.PlanNode;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Puts keys into partitions by ranges of about equal size, partition after partition in the order
 * of the keys.
 *
 * <p>The bounds of the ranges come from a sample of the dataset, drawn by a job of its own when the
 * partitioner is made (for {@code sortByKey}, when the sorted dataset is first needed); so the
 * dataset is computed once more, unless it is persisted. Equal keys share a partition, so few
 * distinct keys leave the last partitions empty. The sample is a function of the data alone: the
 * same dataset gets the same bounds at each run.
 *
 * <p>The sampling follows Spark's: about 20 keys for each partition to make, taken from the
 * parent's partitions by reservoir; partitions that turn out to be much larger than the rest are
 * sampled again at the common rate.
 *
 * @param <K> type of the keys
 */
public final class RangePartitioner<K> extends Partitioner {

  private static final long serialVersionUID = 1L;
  private static final int SAMPLE_KEYS_PER_PARTITION = 20;
  private static final int MAX_SAMPLE_KEYS = 1_000_000;
  private static final double OVERSAMPLING = 3.0;
  private static final long SEED = 0x52414e4745L;

  private final int numPartitions;
  private final boolean ascending;
  private final Comparator<? super K> order;
  private final long sampledId;

  /** Null once the bounds are known, so that its lineage can be forgotten. */
  private transient volatile @Nullable PairRDD<K, ?> sampled;

  private volatile @Nullable List<K> bounds;

  /** A key and the number of records that it stands for. */
  private record Candidate<K>(K key, double weight) {}

  /** A sample of one partition's keys. */
  private record Sketch(long count, List<Object> keys) implements Serializable {}

  /**
   * Runs the job that samples the keys, so that the partitioner can be used in functions of tasks.
   *
   * @param rdd whose keys are sampled
   * @param ascending whether the least keys are in the first partition, or the greatest
   * @throws IllegalArgumentException if {@code numPartitions} is less than 1
   * @throws io.millrace.JobFailedException if the keys can't be computed
   */
  public RangePartitioner(
      int numPartitions, PairRDD<K, ?> rdd, boolean ascending, Comparator<? super K> order) {
    this(numPartitions, ascending, order, rdd);
    resolve();
  }

  /** Not resolved yet; for plans, which are resolved before their first task. */
  static <K> RangePartitioner<K> deferred(
      int numPartitions, PairRDD<K, ?> rdd, boolean ascending, Comparator<? super K> order) {
    return new RangePartitioner<>(numPartitions, ascending, order, rdd);
  }

  private RangePartitioner(
      int numPartitions, boolean ascending, Comparator<? super K> order, PairRDD<K, ?> rdd) {
    this.numPartitions = Arguments.positive("RangePartitioner", "numPartitions", numPartitions);
    this.ascending = ascending;
    this.order = order;
    this.sampled = rdd;
    this.sampledId = rdd.id();
  }

  @Override
  public int numPartitions() {
    return numPartitions;
  }

  @Override
  @SuppressWarnings({"unchecked", "NullAway"}) // what a null key is worth is up to the order
  public int getPartition(@Nullable Object key) {
    List<K> known = bounds;
    if (known == null) {
      resolve();
      known = Objects.requireNonNull(bounds);
    }
    int range = firstNotLess(known, (K) key);
    return ascending ? range : known.size() - range;
  }

  /** Whether keys are placed by this order; then the keys between two are in neighbours. */
  boolean isOrderedBy(Comparator<?> other) {
    return order.equals(other);
  }

  private int firstNotLess(List<K> sorted, K key) {
    int low = 0;
    int high = sorted.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (order.compare(sorted.get(middle), key) < 0) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  @Override
  public synchronized void resolve() {
    if (bounds != null) {
      return;
    }
    PairRDD<K, ?> data = sampled;
    if (data == null) {
      throw new IllegalStateException(this + " was sent to a task before its bounds were known");
    }
    bounds = numPartitions == 1 ? List.of() : bounds(sample(data));
    sampled = null;
  }

  private <V> List<Candidate<K>> sample(PairRDD<K, V> data) {
    int parentPartitions = Math.max(1, data.getNumPartitions());
    double sampleSize =
        Math.min((double) SAMPLE_KEYS_PER_PARTITION * numPartitions, MAX_SAMPLE_KEYS);
    int perPartition = (int) Math.ceil(OVERSAMPLING * sampleSize / parentPartitions);
    List<Sketch> sketches =
        data.run("sortByKey (sample)", new Terminal.Iterate<>(new Reservoir<K, V>(perPartition)));
    long total = sketches.stream().mapToLong(Sketch::count).sum();
    double rate = Math.min(1.0, sampleSize / Math.max(1, total));
    List<Candidate<K>> candidates = new ArrayList<>();
    List<Integer> imbalanced = new ArrayList<>();
    for (int i = 0; i < sketches.size(); i++) {
      Sketch sketch = sketches.get(i);
      if (rate * sketch.count() > perPartition) {
        imbalanced.add(i);
      } else {
        addAll(candidates, sketch.keys(), (double) sketch.count() / sketch.keys().size());
      }
    }
    if (!imbalanced.isEmpty()) {
      addAll(candidates, sampleAgain(data, imbalanced, rate), 1.0 / rate);
    }
    return candidates;
  }

  private static <K, V> List<Object> sampleAgain(
      PairRDD<K, V> data, List<Integer> partitions, double rate) {
    PlanNode<Tuple2<K, V>> thinned =
        new PipeNode<>("sample", data.plan(), new Operator.Sample(false, 0, rate, SEED));
    RDDContext context = data.context();
    List<List<Tuple2<K, V>>> found =
        context
            .engine()
            .run(
                new Job<>(
                    thinned,
                    partitions,
                    new Terminal.Collect<>(),
                    null,
                    "sortByKey (sample of large partitions)",
                    context.cancellation()));
    List<Object> keys = new ArrayList<>();
    found.forEach(records -> records.forEach(record -> keys.add(record._1())));
    return keys;
  }

  @SuppressWarnings("unchecked")
  private static <K> void addAll(List<Candidate<K>> candidates, List<Object> keys, double weight) {
    keys.forEach(key -> candidates.add(new Candidate<>((K) key, weight)));
  }

  /** The greatest keys of all ranges but the last, so that ranges weigh about the same. */
  private List<K> bounds(List<Candidate<K>> candidates) {
    candidates.sort((a, b) -> order.compare(a.key(), b.key()));
    int ranges = Math.min(numPartitions, candidates.size());
    double step = candidates.stream().mapToDouble(Candidate::weight).sum() / ranges;
    List<K> found = new ArrayList<>();
    double weight = 0;
    double target = step;
    for (Candidate<K> candidate : candidates) {
      if (found.size() == ranges - 1) {
        break;
      }
      weight += candidate.weight();
      boolean isNew =
          found.isEmpty() || order.compare(candidate.key(), found.get(found.size() - 1)) > 0;
      if (weight >= target && isNew) {
        found.add(candidate.key());
        target += step;
      }
    }
    return found;
  }

  // The bounds are a function of these, so they need not be known.
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof RangePartitioner<?> that
        && that.sampledId == sampledId
        && that.numPartitions == numPartitions
        && that.ascending == ascending
        && that.order.equals(order);
  }

  @Override
  public int hashCode() {
    return Objects.hash(sampledId, numPartitions, ascending);
  }

  @Override
  public String toString() {
    return "RangePartitioner(" + numPartitions + (ascending ? ")" : ", descending)");
  }

  /** Keeps {@code size} keys of a partition, each with the same chance. */
  private record Reservoir<K, V>(int size) implements Terminal.Body<Tuple2<K, V>, Sketch> {

    @Override
    public Sketch apply(TaskContext context, Iterator<Tuple2<K, V>> records) {
      SplittableRandom random = new SplittableRandom(SEED + context.partitionId());
      Object[] keys = new Object[size];
      long count = 0;
      while (records.hasNext()) {
        Object key = records.next()._1();
        long slot = count < size ? count : random.nextLong(count + 1);
        if (slot < size) {
          keys[(int) slot] = key;
        }
        count++;
      }
      return new Sketch(
          count, new ArrayList<>(Arrays.asList(keys).subList(0, (int) Math.min(count, size))));
    }
  }
}
