package io.millrace.spark;

import io.millrace.Conf;
import io.millrace.TaskContext;
import io.millrace.rdd.RDD;
import io.millrace.rdd.RDDContext;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

/**
 * Deals records in turn, twice, while executors die, tasks fail, and one is so slow that Spark runs
 * it a second time.
 */
final class DealtThroughLosses {

  static final String FIRST_DEAL = "first deal";
  static final String SECOND_DEAL = "second deal";
  static final String SLOW = "slow";
  static final String FAILED = "failed";

  private static final long LIMIT_SECONDS = 60;

  private DealtThroughLosses() {}

  /**
   * The records of each partition.
   *
   * @param troubles where files tell which trouble there has been; an empty text for none
   */
  static List<List<Integer>> run(Conf conf, String troubles) {
    try (RDDContext context = new RDDContext(conf)) {
      RDD<Integer> numbers =
          context
              .parallelize(IntStream.range(0, 3_000).boxed().toList(), 6)
              .filter(i -> i % 7 != 0); // so that map partitions differ in size
      RDD<Integer> dealt = numbers.repartition(4).map(i -> troubled(i, 401, FIRST_DEAL, troubles));
      return dealt
          .filter(i -> i % 5 != 0)
          .map(i -> troubled(i, 1_002, FAILED, troubles))
          .map(i -> troubled(i, 2_003, SLOW, troubles))
          .repartition(3)
          .map(i -> troubled(i, 1_504, SECOND_DEAL, troubles))
          .glom()
          .collect();
    }
  }

  /** Makes trouble at the first attempt that comes with this record. */
  private static int troubled(int record, int at, String trouble, String directory)
      throws IOException {
    if (record != at || directory.isEmpty()) {
      return record;
    }
    Path told = Path.of(directory).resolve(trouble);
    try {
      Files.createFile(told);
    } catch (FileAlreadyExistsException another) {
      Path again = told.resolveSibling(trouble + ".again");
      if (trouble.equals(SLOW) && !Files.exists(again)) {
        Files.createFile(again);
      }
      return record;
    }
    switch (trouble) {
      case FAILED -> throw new IllegalStateException("attempt " + TaskContext.get());
      case SLOW -> awaitSecondAttempt(told.resolveSibling(trouble + ".again"));
      default -> Runtime.getRuntime().halt(1);
    }
    return record;
  }

  private static void awaitSecondAttempt(Path again) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
    while (!Files.exists(again)) {
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException("no second attempt within " + LIMIT_SECONDS + " s");
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
    }
  }

  /**
   * @param args the master and a directory
   */
  public static void main(String[] args) {
    Conf conf = new Conf().setMaster(args[0]).setAppName("dealt");
    System.out.println(run(conf, args[1]));
  }
}
