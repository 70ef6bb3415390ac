package io.millrace.internal.scheduler;

import io.millrace.Tuple2;
import io.millrace.source.InputRange;
import io.millrace.source.Replay;
import io.millrace.source.Source;
import io.millrace.source.SourceContext;
import io.millrace.spi.plan.ListSource;
import io.millrace.spi.plan.PlanNode;
import io.millrace.spi.plan.SourceNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The numbers 1 to some end, up to two for each batch. How many is different in each process, so a
 * batch that is run again has the same input only if somebody has remembered it. What has been
 * acknowledged is gone.
 */
class NumberSource implements Source<Integer, NumberSource.Numbers> {

  /**
   * @param from the first number
   * @param count how many
   */
  record Numbers(int from, int count) implements InputRange {

    @Override
    public long numRecords() {
      return count;
    }

    @Override
    public boolean isEmpty() {
      return count == 0;
    }

    @Override
    public String description() {
      return count + " numbers from " + from;
    }
  }

  private final String name;
  private final int end;
  private final Life life;
  private int next = 1;
  private int numRanges;

  /**
   * @param end the last number
   */
  NumberSource(String name, int end, Life life) {
    this.name = name;
    this.end = end;
    this.life = life;
  }

  /** Whether all numbers were handed out. */
  boolean isExhausted() {
    return next > end;
  }

  @Override
  public void start(SourceContext context) {}

  @Override
  public Numbers nextRange(long batchTimeMillis, long previousTimeMillis) {
    int count = Math.min((life.processNumber() + numRanges++) % 3, end + 1 - next);
    return handOut(new Numbers(next, count));
  }

  private Numbers handOut(Numbers numbers) {
    next = numbers.from() + numbers.count();
    return numbers;
  }

  @Override
  public PlanNode<Integer> read(Numbers range) {
    if (range.count() > 0 && range.from() <= life.outside().acknowledged.getOrDefault(name, 0)) {
      throw new IllegalStateException(range + " are gone: they were acknowledged");
    }
    List<Integer> numbers =
        IntStream.range(range.from(), range.from() + range.count()).boxed().toList();
    return new SourceNode<>("numbers", new ListSource<>(numbers, 2));
  }

  @Override
  public Optional<Replay<Numbers>> replay() {
    return Optional.of(
        new Replay<>() {
          @Override
          public Object durable(Numbers range) {
            return Tuple2.of(range.from(), range.count());
          }

          @Override
          public Object position() {
            return next;
          }

          @Override
          public void restore(Object position, List<Object> ranges) {
            next = (Integer) position;
            ranges.forEach(this::range);
          }

          @Override
          public Numbers range(Object durable) {
            Tuple2<?, ?> range = (Tuple2<?, ?>) durable;
            int from = (Integer) range._1();
            if (from != next) {
              throw new AssertionError("a range from " + from + " follows, at " + next);
            }
            return handOut(new Numbers(from, (Integer) range._2()));
          }
        });
  }

  @Override
  public void completed(Numbers range) {
    try {
      life.process()
          .call(
              "acknowledge",
              name,
              () ->
                  life.outside()
                      .acknowledged
                      .merge(name, range.from() + range.count() - 1, Math::max));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void stop() {}
}
