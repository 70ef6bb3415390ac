package io.millrace.loading;

import io.millrace.Conf;
import io.millrace.Tuple2;
import io.millrace.rdd.Partitioner;
import io.millrace.rdd.RDD;
import io.millrace.rdd.RDDContext;
import io.millrace.rdd.StorageLevel;
import io.millrace.sink.FileSinks;
import io.millrace.stream.PairDStream;
import io.millrace.stream.State;
import io.millrace.stream.StateSpec;
import io.millrace.stream.StreamingContext;
import java.io.Serializable;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/** Uses every place in which Millrace finds classes of the program by name. */
public final class LoadedProgram {

  private LoadedProgram() {}

  /** Made by Java serialization, compared by name, and so by content across loaders. */
  public static final class Bean implements Serializable {
    private static final long serialVersionUID = 1L;
    final String name;

    Bean(String name) {
      this.name = name;
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Bean bean && bean.name.equals(name);
    }

    @Override
    public int hashCode() {
      return name.hashCode();
    }
  }

  public record Payment(String account, Kind kind, long amount) implements Serializable {}

  public enum Kind {
    IN,
    OUT
  }

  /** In a mutable zero value. */
  public static final class Total implements Serializable {
    private static final long serialVersionUID = 1L;
    long sum;

    Total add(long amount) {
      sum += amount;
      return this;
    }
  }

  public static final class ByLength extends Partitioner {
    private static final long serialVersionUID = 1L;

    @Override
    public int numPartitions() {
      return 3;
    }

    @Override
    public int getPartition(Object key) {
      return ((Bean) key).name.length() % 3;
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof ByLength;
    }

    @Override
    public int hashCode() {
      return 3;
    }
  }

  public interface Tariff extends Serializable {
    long price(long amount);
  }

  private record Doubling() implements InvocationHandler, Serializable {
    @Override
    public Object invoke(Object proxy, Method method, Object[] arguments) {
      return 2 * (long) (Long) arguments[0];
    }
  }

  /** Returns what it computes, as text. */
  public static String run(String directory) throws Exception {
    Path root = Path.of(directory);
    return datasets() + " " + streams(root);
  }

  private static String datasets() {
    Conf conf = new Conf().setMaster("local[2]").setAppName("loaded");
    // Room for little, so that records go through files.
    conf.set("millrace.memory.execution.maxBytes", "64k").set("millrace.cache.maxBytes", "0");
    try (RDDContext context = new RDDContext(conf)) {
      List<Bean> beans = new ArrayList<>();
      for (int i = 0; i < 2_000; i++) {
        beans.add(new Bean("b" + i % 100));
      }
      Tariff tariff =
          (Tariff)
              Proxy.newProxyInstance(
                  LoadedProgram.class.getClassLoader(),
                  new Class<?>[] {Tariff.class},
                  new Doubling());
      RDD<Bean> kept = context.parallelize(beans, 3).persist(StorageLevel.DISK_ONLY());
      long count = kept.count() + kept.filter(bean -> bean.name.length() == 2).count();
      long grouped = kept.mapToPair(bean -> new Tuple2<>(bean, 1L)).groupByKey().count();
      long total =
          kept.mapToPair(bean -> new Tuple2<>(bean, tariff.price(1)))
              .aggregateByKey(new Total(), new ByLength(), Total::add, (a, b) -> a.add(b.sum))
              .values()
              .map(sum -> sum.sum)
              .reduce(Long::sum);
      return count + " " + grouped + " " + total;
    }
  }

  private static String streams(Path root) throws Exception {
    Path input = Files.createDirectories(root.resolve("in"));
    Path output = root.resolve("out");
    Conf conf = new Conf().setMaster("local[2]").setAppName("loaded");
    CountDownLatch done = new CountDownLatch(1);
    AtomicReference<TreeMap<String, Long>> totals = new AtomicReference<>();
    try (StreamingContext context = new StreamingContext(conf, Duration.ofMillis(5))) {
      context.checkpoint(root.resolve("checkpoint").toString());
      context.registerTypes(Payment.class);
      PairDStream<String, Payment> payments =
          context
              .textFileStream(input.toString())
              .map(line -> new Payment(line, Kind.IN, line.length()))
              .mapToPair(payment -> new Tuple2<>(payment.account(), payment));
      payments
          .mapWithState(StateSpec.function(LoadedProgram::latest))
          .writeTo(FileSinks.lines(output.toString(), payment -> payment.account()));
      payments
          .mapValues(Payment::amount)
          .<Long>updateStateByKey(
              (amounts, sum) ->
                  Optional.of(sum.orElse(0L) + amounts.stream().mapToLong(Long::longValue).sum()))
          .foreachRDD(
              sums -> {
                TreeMap<String, Long> sorted = new TreeMap<>(sums.collectAsMap());
                if (!sorted.isEmpty()) {
                  totals.set(sorted);
                  done.countDown();
                }
              });
      context.start();
      Path hidden = Files.writeString(root.resolve("a.txt"), "x\nyy\nx\n");
      Files.move(hidden, input.resolve("a.txt"));
      if (!done.await(60, TimeUnit.SECONDS)) {
        throw new IllegalStateException("no batch with records");
      }
    }
    return totals.get().toString();
  }

  private static Payment latest(String account, Optional<Payment> now, State<Payment> state) {
    state.update(now.orElseThrow());
    return now.orElseThrow();
  }
}
