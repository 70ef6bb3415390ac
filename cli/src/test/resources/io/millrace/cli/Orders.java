import io.millrace.Conf;
import io.millrace.Tuple2;
import io.millrace.codec.Codec;
import io.millrace.codec.CodecInput;
import io.millrace.codec.CodecOutput;
import io.millrace.jdbc.ConnectionFactory;
import io.millrace.jdbc.JdbcSinks;
import io.millrace.jdbc.Row;
import io.millrace.rdd.Broadcast;
import io.millrace.rdd.LongAccumulator;
import io.millrace.rdd.PairRDD;
import io.millrace.rdd.Partitioner;
import io.millrace.rdd.RDD;
import io.millrace.rdd.RDDContext;
import io.millrace.rdd.StorageLevel;
import io.millrace.sink.FileSinks;
import io.millrace.stream.DStream;
import io.millrace.stream.PairDStream;
import io.millrace.stream.StateSpec;
import io.millrace.stream.StreamingContext;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * A program with classes of its own in every place where Millrace takes them: records, keys, state,
 * codecs, partitioners, comparators, sinks, exceptions. Arguments: a directory, with lines {@code
 * shop,cents,size} in files in {@code in}, and the number of lines to wait for.
 */
public final class Orders {

  enum Size {
    SMALL,
    LARGE
  }

  record Order(Shop shop, int cents, Size size) {}

  record Shop(String name) implements Comparable<Shop> {
    @Override
    public int compareTo(Shop other) {
      return name.compareTo(other.name);
    }
  }

  record Total(int cents, int count, Size largest) {
    Total plus(Order order) {
      return new Total(
          cents + order.cents(),
          count + 1,
          order.size() == Size.LARGE ? Size.LARGE : largest);
    }
  }

  /** No record: written by the codec. */
  static final class Account implements Serializable {
    private final int cents;

    Account(int cents) {
      this.cents = cents;
    }
  }

  static final class AccountCodec implements Codec<Account> {
    @Override
    public String name() {
      return "account";
    }

    @Override
    public int version() {
      return 1;
    }

    @Override
    public void write(Account value, CodecOutput out) {
      out.writeInt(value.cents);
    }

    @Override
    public Account read(CodecInput in, int version) throws IOException {
      return new Account(in.readInt());
    }
  }

  static final class ByName extends Partitioner {
    @Override
    public int numPartitions() {
      return 3;
    }

    @Override
    public int getPartition(Object key) {
      return ((Shop) key).name().length() % 3;
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof ByName;
    }

    @Override
    public int hashCode() {
      return 3;
    }
  }

  static final class Largest implements Comparator<Order>, Serializable {
    @Override
    public int compare(Order a, Order b) {
      return Integer.compare(a.cents(), b.cents());
    }
  }

  static final class SmallChange extends RuntimeException {
    SmallChange(String message) {
      super(message);
    }
  }

  private Orders() {}

  static Order parse(String line) {
    String[] parts = line.split(",");
    return new Order(
        new Shop(parts[0]), Integer.parseInt(parts[1]), Size.valueOf(parts[2]));
  }

  public static void main(String[] args) throws Exception {
    Path directory = Path.of(args[0]);
    CountDownLatch awaited = new CountDownLatch(Integer.parseInt(args[1]));
    try (StreamingContext context =
        new StreamingContext(new Conf().setAppName("orders"), Duration.ofMillis(50))) {
      context.checkpoint(directory.resolve("checkpoint").toString());
      context.registerTypes(Order.class, Shop.class, Size.class, Total.class);
      context.registerCodec(Account.class, new AccountCodec());
      datasets(context.rddContext(), directory);
      declare(context, directory, awaited);
      context.start();
      while (!awaited.await(20, TimeUnit.MILLISECONDS)) {
        if (context.awaitTerminationOrTimeout(0)) { // or throws what it has failed with
          throw new IllegalStateException("stopped by another");
        }
      }
      context.stop(true, true);
    }
  }

  private static void declare(StreamingContext context, Path directory, CountDownLatch awaited) {
    DStream<Order> orders =
        context
            .textFileStream(directory.resolve("in").toString(), false)
            .map(Orders::parse);
    orders.map(String::valueOf).writeTo(FileSinks.lines(at(directory, "lines"), line -> line)).uid("lines");
    orders.writeTo(
        FileSinks.csv(at(directory, "csv"), order -> List.of(order.shop().name(), order.cents()))).uid("csv");
    orders.writeTo(
        JdbcSinks.insert(
            ConnectionFactory.of("jdbc:sqlite:" + at(directory, "orders.db")),
            "insert into orders values (?, ?)",
            order -> Row.of(order.shop().name(), order.cents()))).uid("database");

    PairDStream<Shop, Order> byShop = orders.mapToPair(order -> new Tuple2<>(order.shop(), order));
    byShop
        .<Total>updateStateByKey(
            (news, before) -> {
              Total total = before.orElse(new Total(0, 0, Size.SMALL));
              for (Order order : news) {
                total = total.plus(order);
              }
              return Optional.of(total);
            },
            new ByName())
        .uid("totals")
        .filter(total -> total._2().count() > 0)
        .writeTo(FileSinks.lines(at(directory, "totals"), total -> total.toString())).uid("totals out");
    byShop
        .mapWithState(
            StateSpec.<Shop, Order, Account, String>function(
                (shop, order, state) -> {
                  int cents = state.getOption().map(account -> account.cents).orElse(0);
                  Account account = new Account(cents + order.map(Order::cents).orElse(0));
                  state.update(account);
                  return shop.name() + "=" + account.cents;
                }))
        .uid("accounts")
        .writeTo(FileSinks.lines(at(directory, "accounts"), account -> account)).uid("accounts out");
    byShop
        .mapValues(Order::cents)
        .reduceByKeyAndWindow(
            (a, b) -> a + b,
            (a, b) -> a - b,
            Duration.ofMillis(200),
            Duration.ofMillis(50),
            new ByName(),
            sum -> sum._2() != 0)
        .uid("window")
        .transformToPair(rdd -> rdd.sortByKey())
        .writeTo(FileSinks.lines(at(directory, "windows"), sum -> sum._1().name())).uid("windows out");
    orders.foreachRDD(
        (rdd, time) -> {
          for (Order order : rdd.sortBy(Order::cents, true, 2).collect()) {
            Objects.requireNonNull(order.size());
            awaited.countDown();
          }
        });
  }

  /** Results that don't depend on the engine, one a line. */
  private static void datasets(RDDContext context, Path directory) throws Exception {
    List<String> results = new ArrayList<>();
    List<Order> few =
        List.of(parse("north,300,LARGE"), parse("south,20,SMALL"), parse("north,7,SMALL"));
    RDD<Order> orders = context.parallelize(few, 2).persist(StorageLevel.MEMORY_AND_DISK_SER);
    Broadcast<Shop> broadcast = context.broadcast(new Shop("north"));
    LongAccumulator seen = context.longAccumulator("seen");
    results.add(
        "north "
            + orders
                .filter(
                    order -> {
                      seen.add(1);
                      return order.shop().equals(broadcast.value());
                    })
                .count()
            + " of "
            + seen.value());
    PairRDD<Shop, Order> byShop = orders.mapToPair(order -> new Tuple2<>(order.shop(), order));
    results.add("max " + orders.max(new Largest()));
    results.add(
        "sums "
            + new TreeMap<>(
                byShop.mapValues(Order::cents).reduceByKey(new ByName(), Integer::sum).collectAsMap()));
    results.add(
        "joined "
            + byShop.join(byShop).values().map(pair -> pair._1().cents() * pair._2().cents()).fold(0, Integer::sum));
    results.add(
        "grouped "
            + byShop.groupByKey().mapValues(group -> { int n = 0; for (Order each : group) { n++; } return n; }).lookup(new Shop("north")));
    results.add("distinct " + orders.map(Order::size).distinct().count());
    Path saved = directory.resolve("objects-" + System.nanoTime());
    orders.saveAsObjectFile(saved.toString());
    results.add("read back " + context.<Order>objectFile(saved.toString()).filter(order -> order.size() == Size.LARGE).collect());
    try {
      orders
          .foreach(
              order -> {
                if (order.cents() < 10) {
                  throw new SmallChange(order.toString());
                }
              });
      results.add("no failure");
    } catch (RuntimeException e) {
      results.add("failed by " + (e.getCause() instanceof SmallChange ? e.getCause() : e));
    }
    Files.write(directory.resolve("results"), results);
  }

  private static String at(Path directory, String name) {
    return directory.resolve(name).toString();
  }
}
