package io.millrace.spark;

import io.millrace.internal.embedded.Dealing;
import java.io.Serializable;
import org.apache.spark.Partition;
import org.apache.spark.ShuffleDependency;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;
import org.apache.spark.rdd.ShuffledRDD;
import scala.Product2;
import scala.Tuple2;
import scala.collection.AbstractIterator;
import scala.collection.Iterator;
import scala.reflect.ClassTag$;

/**
 * The far side of an exchange that deals records in turn. A target reads another part of each map
 * output, as {@link Dealing} says, so each map output is fetched by a reader of its own.
 */
final class DealtRdd extends ShuffledRDD<BlockTag, byte[], byte[]> {

  private static final long serialVersionUID = 1L;

  private final int numMaps;

  /** A {@link MapCounts.Turns}, or what takes its place in a task. */
  private final Serializable turns;

  DealtRdd(ExchangeRdd map, int numTargets, MapCounts counts) {
    super(
        map,
        new BlockTag.ToTarget(numTargets),
        ClassTag$.MODULE$.apply(BlockTag.class),
        ClassTag$.MODULE$.apply(byte[].class),
        ClassTag$.MODULE$.apply(byte[].class));
    this.numMaps = map.getNumPartitions();
    this.turns = new MapCounts.Turns(counts, numMaps, numTargets);
  }

  private Dealing dealing() {
    return turns instanceof MapCounts.Turns onDriver
        ? onDriver.dealing()
        : MapCounts.KnownTurns.require(((MapCounts.KnownTurns) turns).dealing());
  }

  @Override
  public Iterator<Tuple2<BlockTag, byte[]>> compute(Partition split, TaskContext context) {
    return new Parts(split.index(), dealing(), context);
  }

  /** The parts of a target, map output after map output. */
  private final class Parts extends AbstractIterator<Tuple2<BlockTag, byte[]>> {
    private final int target;
    private final Dealing dealing;
    private final TaskContext context;
    private int mapPartition;
    private Iterator<Product2<BlockTag, byte[]>> part = noBlocks();

    Parts(int target, Dealing dealing, TaskContext context) {
      this.target = target;
      this.dealing = dealing;
      this.context = context;
    }

    @Override
    public boolean hasNext() {
      while (!part.hasNext() && mapPartition < numMaps) {
        part = read(mapPartition, dealing.bucket(mapPartition, target));
        mapPartition++;
      }
      return part.hasNext();
    }

    @Override
    public Tuple2<BlockTag, byte[]> next() {
      hasNext();
      Product2<BlockTag, byte[]> block = part.next();
      return new Tuple2<>(block._1(), block._2());
    }

    private Iterator<Product2<BlockTag, byte[]>> read(int map, int bucket) {
      ShuffleDependency<?, ?, ?> shuffle = (ShuffleDependency<?, ?, ?>) dependencies().head();
      return SparkEnv.get()
          .shuffleManager()
          .<BlockTag, byte[]>getReader(
              shuffle.shuffleHandle(),
              map,
              map + 1,
              bucket,
              bucket + 1,
              context,
              context.taskMetrics().createTempShuffleReadMetrics())
          .read();
    }
  }

  @SuppressWarnings("unchecked") // of nothing
  private static Iterator<Product2<BlockTag, byte[]>> noBlocks() {
    return (Iterator<Product2<BlockTag, byte[]>>)
        (Iterator<?>) scala.collection.Iterator$.MODULE$.empty();
  }
}
