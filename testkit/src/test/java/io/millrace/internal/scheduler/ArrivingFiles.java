package io.millrace.internal.scheduler;

import io.millrace.stream.DStream;
import io.millrace.stream.StreamingContext;

/**
 * A program that reads files which arrive one by one, numbered, and go some time after they were
 * read. Target {@code A} gets their numbers.
 *
 * @param before how many files are there before the first start
 * @param arriving how many come, up to two for each batch
 * @param staying how many of the last are there, the others have gone
 */
record ArrivingFiles(int before, int arriving, int staying) implements Life.Program {

  /** Key of a note on how many have come. */
  private static final String ARRIVED = "arrived";

  @Override
  public void declare(StreamingContext context, Life life) {
    numbers(context, life).writeTo(new OutsideSink(life.key(), "N")).uid("n");
    read(context, life).writeTo(new OutsideSink(life.key(), "A")).uid("a");
  }

  /** The program without targets, whose batches are seen alone. */
  void declareWithoutTargets(StreamingContext context, Life life) {
    numbers(context, life).foreachRDD(rdd -> rdd.count());
    read(context, life);
  }

  /** Tells the world that files have come. */
  void note(Outside outside) {
    outside.acknowledged.put(ARRIVED, arriving);
  }

  /** Numbers with which the files come. */
  private DStream<String> numbers(StreamingContext context, Life life) {
    ArrivedFiles.serve(() -> present(life.outside()));
    return context
        .sourceStream(life.awaited(new Arrival(life, arriving)))
        .uid("numbers")
        .map(String::valueOf);
  }

  private DStream<String> read(StreamingContext context, Life life) {
    DStream<String> read =
        context
            .textFileStream(ArrivedFiles.DIRECTORY)
            .uid("in")
            .map(line -> Integer.parseInt(line))
            .map(new Minus(before))
            .map(new Tag(life.key()));
    read.foreachBatch((rdd, batch) -> life.see(batch, rdd.collect()));
    return read;
  }

  private ArrivedFiles.Present present(Outside outside) {
    int last = before + outside.acknowledged.getOrDefault(ARRIVED, 0);
    return new ArrivedFiles.Present(Math.max(1, last - staying + 1), last);
  }

  /** Numbers files from 1 that were not there before. */
  record Minus(int before) implements io.millrace.function.Function<Integer, Integer> {

    @Override
    public Integer call(Integer number) {
      return number - before;
    }
  }

  private static final class Arrival extends NumberSource {

    private final Life life;

    Arrival(Life life, int end) {
      super("numbers", end, life);
      this.life = life;
    }

    @Override
    public Numbers nextRange(long batchTimeMillis, long previousTimeMillis) {
      Numbers numbers = super.nextRange(batchTimeMillis, previousTimeMillis);
      life.outside().acknowledged.merge(ARRIVED, numbers.from() + numbers.count() - 1, Math::max);
      return numbers;
    }
  }
}
