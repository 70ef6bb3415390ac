package io.millrace.internal.embedded;

import io.millrace.Conf;
import io.millrace.Tuple2;
import io.millrace.rdd.HashPartitioner;
import io.millrace.rdd.PairRDD;
import io.millrace.rdd.RDD;
import io.millrace.rdd.RDDContext;
import io.millrace.rdd.StorageLevel;
import java.util.Iterator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * A program that moves more data than its heap holds, to be run in a JVM of its own: {@code
 * LargeProgram <operation> <megabytes of text> <directory for spills>}. Exits with 0 if the result
 * is right.
 */
final class LargeProgram {

  private static final int TEXT_LENGTH = 100;
  private static final int RECORDS_PER_MEGABYTE = (1 << 20) / TEXT_LENGTH;
  private static final int NUM_SLICES = 16;
  private static final int VALUES_PER_KEY = 20;
  private static final String FILLER = "x".repeat(TEXT_LENGTH - 20);

  private LargeProgram() {}

  public static void main(String[] args) {
    int numRecords = Integer.parseInt(args[1]) * RECORDS_PER_MEGABYTE;
    Conf conf =
        new Conf().setMaster("local[2]").setAppName("large").set("millrace.local.dir", args[2]);
    try (RDDContext context = new RDDContext(conf)) {
      boolean isRight = isRight(args[0], context, numRecords);
      context.close();
      System.exit(isRight ? 0 : 1);
    }
  }

  private static boolean isRight(String operation, RDDContext context, int numRecords) {
    PairRDD<Integer, String> pairs = pairs(context, numRecords);
    long expected = digest(numRecords);
    return switch (operation) {
      case "exchange" ->
          digest(pairs.partitionBy(new HashPartitioner(NUM_SLICES)).values()) == expected;
      case "sort" -> digest(pairs.sortByKey().mapPartitions(LargeProgram::ordered)) == expected;
      case "group" ->
          digest(pairs.groupByKey(NUM_SLICES).values().flatMap(Iterable::iterator)) == expected;
      case "reduce" ->
          pairs
                  .mapToPair(x -> new Tuple2<>(x._2(), 1L))
                  .reduceByKey(Long::sum, NUM_SLICES)
                  .values()
                  .reduce(Long::sum)
              == numRecords;
      case "cogroup" ->
          pairs
                  .cogroup(pairs.mapValues(x -> 1), NUM_SLICES)
                  .values()
                  .map(LargeProgram::paired)
                  .reduce(Long::sum)
              == 2L * numRecords;
      case "persist" -> {
        RDD<String> kept = pairs.values().persist(StorageLevel.MEMORY_AND_DISK);
        kept.count();
        yield digest(kept) == expected;
      }
      default -> throw new IllegalArgumentException(operation);
    };
  }

  private static long paired(Tuple2<Iterable<String>, Iterable<Integer>> group) {
    long count = 0;
    for (String text : group._1()) {
      count += text.isEmpty() ? 0 : 1;
    }
    for (int one : group._2()) {
      count += one;
    }
    return count;
  }

  /** Passes values on; fails unless keys ascend. */
  private static Iterator<String> ordered(Iterator<Tuple2<Integer, String>> pairs) {
    return new Iterator<>() {
      private int last = Integer.MIN_VALUE;

      @Override
      public boolean hasNext() {
        return pairs.hasNext();
      }

      @Override
      public String next() {
        Tuple2<Integer, String> next = pairs.next();
        if (next._1() < last) {
          throw new IllegalStateException(next._1() + " after " + last);
        }
        last = next._1();
        return next._2();
      }
    };
  }

  private static PairRDD<Integer, String> pairs(RDDContext context, int numRecords) {
    List<Integer> slices = IntStream.range(0, NUM_SLICES).boxed().toList();
    return context
        .parallelize(slices, NUM_SLICES)
        .flatMap(
            slice -> IntStream.range(0, numRecords).filter(i -> i % NUM_SLICES == slice).iterator())
        .mapToPair(i -> new Tuple2<>(key(i, numRecords), text(i)));
  }

  private static int key(int number, int numRecords) {
    return new SplittableRandom(number).nextInt(Math.max(1, numRecords / VALUES_PER_KEY));
  }

  private static String text(int number) {
    return number + FILLER;
  }

  private static long digest(int numRecords) {
    return IntStream.range(0, numRecords).mapToLong(i -> text(i).hashCode()).sum();
  }

  private static long digest(RDD<String> texts) {
    return texts.aggregate(0L, (sum, text) -> sum + text.hashCode(), Long::sum);
  }
}
