package io.millrace.spark;

import io.millrace.Conf;
import io.millrace.Tuple2;
import io.millrace.rdd.RDD;
import io.millrace.stream.StreamingContext;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.spark.SparkEnv;

/**
 * A driver that counts batches in a state, stops one of its executors for good with SIGSTOP, and
 * says for how long no batch has ended.
 */
final class StalledByExecutor {

  static final String STALL = "stall in ms: ";
  private static final int BATCHES_BEFORE = 6;
  private static final int BATCHES_AFTER = 12;
  private static final long LIMIT_SECONDS = 150;

  private StalledByExecutor() {}

  /**
   * @param args the master and the place of the checkpoint
   */
  public static void main(String[] args) throws Exception {
    Conf conf = new Conf().setMaster(args[0]).setAppName("stalled");
    BlockingQueue<Tuple2<List<Integer>, List<Long>>> batches = new LinkedBlockingQueue<>();
    try (StreamingContext context = new StreamingContext(conf, Duration.ofMillis(100))) {
      context.checkpoint(args[1]);
      RDD<Integer> ones = context.rddContext().parallelize(List.of(1, 1, 1, 1), 2);
      context
          .constantStream(ones)
          .mapToPair(one -> new Tuple2<>("key" + one, one))
          .<Integer>updateStateByKey((added, sum) -> Optional.of(sum.orElse(0) + added.size()), 2)
          .uid("sums")
          .foreachRDD(
              rdd -> {
                List<Long> pids =
                    rdd.context()
                        .parallelize(List.of(1, 2, 3, 4), 4)
                        .map(
                            i ->
                                SparkEnv.get().executorId().equals("driver")
                                    ? -1L
                                    : ProcessHandle.current().pid())
                        .distinct()
                        .collect();
                batches.add(new Tuple2<>(rdd.values().collect(), pids));
              });
      context.start();
      int expected = 0;
      long stopped = 0;
      long last = System.nanoTime();
      long stall = 0;
      for (int batch = 1; batch <= BATCHES_BEFORE + BATCHES_AFTER; batch++) {
        Tuple2<List<Integer>, List<Long>> done = batches.poll(LIMIT_SECONDS, TimeUnit.SECONDS);
        expected += 4;
        if (done == null || !done._1().equals(List.of(expected))) {
          throw new IllegalStateException(done + " where the sum is " + expected);
        }
        long now = System.nanoTime();
        if (batch > BATCHES_BEFORE) {
          stall = Math.max(stall, now - last);
        } else if (batch == BATCHES_BEFORE) {
          stopped = done._2().get(0);
          signal("STOP", stopped);
        }
        last = now;
      }
      System.out.println(STALL + TimeUnit.NANOSECONDS.toMillis(stall));
      signal("KILL", stopped);
    }
  }

  /** It may be dead, as its worker kills it once it is given up. */
  private static void signal(String name, long pid) throws Exception {
    new ProcessBuilder("kill", "-" + name, Long.toString(pid)).start().waitFor();
  }
}
