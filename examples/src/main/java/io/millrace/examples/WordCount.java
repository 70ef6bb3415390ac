package io.millrace.examples;

import io.millrace.Conf;
import io.millrace.InvalidSettingException;
import io.millrace.Tuple2;
import io.millrace.stream.DStream;
import io.millrace.stream.PairDStream;
import io.millrace.stream.StreamingContext;
import java.time.Duration;
import java.util.Iterator;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Counts the words of each batch and prints the first ten counts.
 *
 * <p>To try it, run {@code nc -lk 9999} in one terminal and this with {@code --socket
 * localhost:9999} in another, then type into the first.
 */
public final class WordCount {

  private WordCount() {}

  /** How often each word occurs in each batch; words are what white space separates. */
  public static PairDStream<String, Integer> define(DStream<String> lines) {
    return lines
        .flatMap(WordCount::words)
        .mapToPair(word -> new Tuple2<>(word, 1))
        .reduceByKey(Integer::sum);
  }

  private static Iterator<String> words(String line) {
    return Stream.of(line.split("\\s+")).filter(word -> !word.isEmpty()).iterator();
  }

  /**
   * Prints counts until the process is told to end.
   *
   * @param conf its master is {@code local[*]} if it has none
   * @param input makes the stream of lines
   * @throws InvalidSettingException if there is no such master
   */
  public static void run(
      Conf conf, Duration interval, Function<StreamingContext, DStream<String>> input)
      throws InterruptedException {
    Conf complete =
        new Conf(conf)
            .setIfMissing("millrace.master", "local[*]")
            .setIfMissing("millrace.app.name", "wordcount");
    try (StreamingContext context = new StreamingContext(complete, interval)) {
      define(input.apply(context)).print();
      context.start();
      context.awaitTermination();
    }
  }

  public static void main(String[] args) throws InterruptedException {
    LineProgram.main("WordCount", args, WordCount::run);
  }

  /** Lines that a TCP server sends. */
  public static Function<StreamingContext, DStream<String>> socket(Arguments.HostAndPort address) {
    return context -> context.socketTextStream(address.host(), address.port());
  }

  /** Lines of the files that appear in a directory. */
  public static Function<StreamingContext, DStream<String>> directory(String directory) {
    return context -> context.textFileStream(directory);
  }
}
