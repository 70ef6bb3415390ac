package io.millrace.benchmarks.spark.baseline;

import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.rdd.RDD;
import org.apache.spark.streaming.StreamingContext;
import org.apache.spark.streaming.Time;
import org.apache.spark.streaming.api.java.JavaDStream;
import org.apache.spark.streaming.api.java.JavaStreamingContext;
import org.apache.spark.streaming.dstream.InputDStream;
import scala.Option;
import scala.Some;
import scala.reflect.ClassTag;
import scala.reflect.ClassTag$;

/**
 * Gives datasets in turn, over and over. Unlike a queue stream it can be in a checkpoint, though
 * not be recovered from one.
 */
final class CyclingDStream<T> extends InputDStream<T> {

  private static final long serialVersionUID = 1L;

  private final transient List<JavaRDD<T>> datasets;
  private int next;

  private CyclingDStream(StreamingContext context, List<JavaRDD<T>> datasets, ClassTag<T> type) {
    super(context, type);
    this.datasets = datasets;
  }

  static <T> JavaDStream<T> over(List<JavaRDD<T>> datasets, JavaStreamingContext context) {
    ClassTag<T> type = ClassTag$.MODULE$.apply(Object.class);
    return new JavaDStream<>(new CyclingDStream<>(context.ssc(), datasets, type), type);
  }

  @Override
  public Option<RDD<T>> compute(Time validTime) {
    // One of the batch's own, since Spark Streaming unpersists what a batch was given.
    RDD<T> dataset = datasets.get(next).mapPartitions(records -> records).rdd();
    next = (next + 1) % datasets.size();
    return new Some<>(dataset);
  }

  @Override
  public void start() {}

  @Override
  public void stop() {}
}
