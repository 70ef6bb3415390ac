package io.millrace.internal.embedded;

import io.millrace.spi.plan.ExchangeNode;
import io.millrace.spi.plan.PlanNode;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The nodes that several jobs of this engine read in one pass. Safe for concurrent use. */
final class SharedPasses implements AutoCloseable {

  private final Map<PlanNode<?>, SharedPass> byNode = new ConcurrentHashMap<>();
  private final Map<ExchangeNode<?>, SharedPass> byReader = new ConcurrentHashMap<>();

  /**
   * From here to {@link #drop}, jobs over {@code targets} read {@code node} in one pass.
   *
   * @return false if they can't
   */
  boolean share(PlanNode<?> node, List<PlanNode<?>> targets) {
    PassReaders readers = new PassReaders(node, this);
    for (PlanNode<?> target : targets) {
      if (!readers.find(target)) {
        return false;
      }
    }
    if (readers.found().size() > 1) {
      SharedPass pass = new SharedPass(node, readers.found());
      byNode.put(node, pass);
      pass.exchanges().forEach(exchange -> byReader.put(exchange, pass));
    }
    return true;
  }

  boolean isEmpty() {
    return byNode.isEmpty();
  }

  /** The pass that an exchange takes part in, or null. */
  @Nullable SharedPass readBy(ExchangeNode<?> exchange) {
    return byReader.get(exchange);
  }

  void drop(PlanNode<?> node) {
    SharedPass pass = byNode.remove(node);
    if (pass != null) {
      pass.exchanges().forEach(byReader::remove);
      pass.close();
    }
  }

  @Override
  public void close() {
    byNode.keySet().forEach(this::drop);
  }
}
