package io.millrace.spark;

import java.io.Serializable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import org.apache.spark.SimpleFutureAction;
import org.apache.spark.SparkContext;
import org.apache.spark.SparkEnv;
import org.apache.spark.rdd.RDD;
import org.apache.spark.storage.BlockManagerId;
import scala.Tuple2;
import scala.collection.Iterator;
import scala.collection.immutable.Seq;
import scala.concurrent.Await;
import scala.concurrent.duration.FiniteDuration;
import scala.reflect.ClassTag$;
import scala.runtime.AbstractFunction0;
import scala.runtime.AbstractFunction1;
import scala.runtime.AbstractFunction2;
import scala.runtime.BoxedUnit;
import scala.util.Try;

/** Asks executors something by a small job. */
final class ExecutorProbe {

  private ExecutorProbe() {}

  /** The question; runs on executors. */
  interface Probe extends Serializable {

    /** What is wrong there; empty if nothing is. */
    String run();
  }

  /** Where each executor is, as tasks may prefer it; of a local master, this process. */
  static List<String> executors(SparkContext spark) {
    List<String> all = new ArrayList<>();
    for (BlockManagerId id :
        scala.jdk.javaapi.CollectionConverters.asJava(
                spark.env().blockManager().master().getMemoryStatus())
            .keySet()) {
      if (!id.isDriver()) {
        all.add(Located.at(id));
      }
    }
    return all.isEmpty() ? List.of("") : all;
  }

  /**
   * Runs a task for each of some executors, on them if they are free.
   *
   * @param places as {@link #executors} gives them; an empty text is anywhere
   * @return what is wrong and where; empty if nothing is
   * @throws TimeoutException if the answers don't come in time
   * @throws IllegalStateException in Spark's words, if the job fails
   */
  static List<String> run(SparkContext spark, List<String> places, Probe probe, Duration timeout)
      throws TimeoutException {
    String[] answers = new String[places.size()];
    SimpleFutureAction<BoxedUnit> action =
        spark.submitJob(
            tasks(spark, places),
            new Asking(probe),
            ScalaSeqs.ofInts(IntStream.range(0, places.size()).boxed().toList()),
            new Collecting(answers),
            new Done());
    try {
      Await.ready(action, FiniteDuration.apply(timeout.toMillis(), TimeUnit.MILLISECONDS));
    } catch (TimeoutException e) {
      action.cancel();
      throw e;
    } catch (InterruptedException e) {
      action.cancel();
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for executors", e);
    }
    Try<BoxedUnit> end = action.value().get();
    if (end.isFailure()) {
      Throwable failure = end.failed().get();
      throw new IllegalStateException(failure.getMessage(), failure);
    }
    return Arrays.stream(answers).filter(answer -> !answer.isEmpty()).distinct().toList();
  }

  /** An RDD with a partition for each place, which it prefers. */
  private static RDD<Integer> tasks(SparkContext spark, List<String> places) {
    List<Tuple2<Integer, Seq<String>>> located = new ArrayList<>();
    for (String place : places) {
      located.add(
          new Tuple2<>(located.size(), ScalaSeqs.of(place.isEmpty() ? List.of() : List.of(place))));
    }
    return spark.makeRDD(ScalaSeqs.of(located), ClassTag$.MODULE$.apply(Integer.class));
  }

  private static final class Asking extends AbstractFunction1<Iterator<Integer>, String>
      implements Serializable {

    private static final long serialVersionUID = 1L;
    private final Probe probe;

    Asking(Probe probe) {
      this.probe = probe;
    }

    @Override
    public String apply(Iterator<Integer> ignored) {
      String answer = probe.run();
      BlockManagerId here = SparkEnv.get().blockManager().blockManagerId();
      return answer.isEmpty()
          ? ""
          : (here.isDriver() ? "this process" : "executor " + here.executorId())
              + " on "
              + here.host()
              + ": "
              + answer;
    }
  }

  private static final class Collecting extends AbstractFunction2<Object, String, BoxedUnit> {

    private final String[] answers;

    Collecting(String[] answers) {
      this.answers = answers;
    }

    @Override
    public BoxedUnit apply(Object position, String answer) {
      answers[(Integer) position] = answer;
      return BoxedUnit.UNIT;
    }
  }

  private static final class Done extends AbstractFunction0<BoxedUnit> {
    @Override
    public BoxedUnit apply() {
      return BoxedUnit.UNIT;
    }
  }
}
