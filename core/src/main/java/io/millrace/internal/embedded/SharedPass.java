package io.millrace.internal.embedded;

import io.millrace.internal.pipeline.Stage;
import io.millrace.spi.plan.ExchangeNode;
import io.millrace.spi.plan.PlanNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One pass over a node for all exchanges that read it. The job that reads the node first writes the
 * map outputs of the other exchanges on the way; they are held here until the job that they belong
 * to takes them, or until the pass is closed. Whatever was not written, or got lost, that job
 * computes itself.
 *
 * <p>Safe for concurrent use.
 */
final class SharedPass implements AutoCloseable {

  /**
   * How one map partition of an exchange reads the node.
   *
   * @param partition of the node
   * @param parts the operators in between
   */
  record Reader(
      ExchangeNode<?> exchange, int mapPartition, int partition, List<Stage.Part> parts) {}

  /**
   * A map partition's output that was written along with another's.
   *
   * @param task has the local values that belong to it
   */
  record Written(Reader reader, MapOutput output, EmbeddedTaskContext task) {}

  private final PlanNode<?> node;

  /** By exchange and map partition; null where a map partition reads something else. */
  private final Map<ExchangeNode<?>, @Nullable Reader[]> readers;

  // Guarded by this.
  private final Map<ExchangeNode<?>, @Nullable Written[]> held = new HashMap<>();
  private final Set<ExchangeNode<?>> begun = new HashSet<>();
  private boolean closed;

  SharedPass(PlanNode<?> node, Map<ExchangeNode<?>, @Nullable Reader[]> readers) {
    this.node = node;
    this.readers = readers;
  }

  PlanNode<?> node() {
    return node;
  }

  Set<ExchangeNode<?>> exchanges() {
    return readers.keySet();
  }

  /** How a map partition reads the node, or null if it does not. */
  @Nullable Reader reader(ExchangeNode<?> exchange, int mapPartition) {
    return readersOf(exchange)[mapPartition];
  }

  private @Nullable Reader[] readersOf(ExchangeNode<?> exchange) {
    return Objects.requireNonNull(readers.get(exchange));
  }

  /** The map partitions of {@code exchanges} that read the same partition of the node. */
  List<Reader> others(Reader reader, Set<ExchangeNode<?>> exchanges) {
    List<Reader> others = new ArrayList<>();
    for (ExchangeNode<?> exchange : exchanges) {
      for (Reader other : readersOf(exchange)) {
        if (other != null && other.partition() == reader.partition()) {
          others.add(other);
        }
      }
    }
    return others;
  }

  /** The exchanges that no job has begun to write or to read, and of which nothing is held. */
  synchronized Set<ExchangeNode<?>> unwritten() {
    Set<ExchangeNode<?>> unwritten = new HashSet<>(readers.keySet());
    unwritten.removeAll(begun);
    unwritten.removeAll(held.keySet());
    return unwritten;
  }

  /** Whether all map partitions of an exchange that read the node are held. */
  synchronized boolean isHeld(ExchangeNode<?> exchange) {
    @Nullable Written[] written = held.get(exchange);
    if (written == null) {
      return false;
    }
    @Nullable Reader[] expected = readersOf(exchange);
    for (int i = 0; i < expected.length; i++) {
      if (expected[i] != null && written[i] == null) {
        return false;
      }
    }
    return true;
  }

  /** Keeps an output until it is taken; closes it if nobody will take it any more. */
  synchronized void hold(Written written) {
    Reader reader = written.reader();
    ExchangeNode<?> exchange = reader.exchange();
    if (closed || begun.contains(exchange)) {
      written.output().close();
      return;
    }
    @Nullable Written[] outputs =
        held.computeIfAbsent(exchange, e -> new @Nullable Written[readersOf(e).length]);
    Written before = outputs[reader.mapPartition()];
    outputs[reader.mapPartition()] = written;
    if (before != null) {
      before.output().close();
    }
  }

  /**
   * Hands over what is held of an exchange, by map partition; null if that is nothing. From here on
   * no output of the exchange is held any more.
   */
  synchronized @Nullable Written @Nullable [] take(ExchangeNode<?> exchange) {
    begun.add(exchange);
    return held.remove(exchange);
  }

  @Override
  public synchronized void close() {
    closed = true;
    for (@Nullable Written[] outputs : held.values()) {
      Arrays.stream(outputs).filter(Objects::nonNull).forEach(each -> each.output().close());
    }
    held.clear();
  }
}
