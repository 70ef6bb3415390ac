package io.millrace.rdd;

import io.millrace.TaskContext;
import io.millrace.spi.Terminal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;

/**
 * The first {@code count} records in an order, sorted; of equal ones those that came first.
 *
 * <p>Gathers up to twice as many, then sorts (stably) and cuts: {@code O(log count)} per record
 * that is taken, and a single comparison for most others.
 */
record TopRecords<T>(int count, Comparator<T> order) implements Terminal.Body<T, List<T>> {

  private static final int MIN_ROOM = 256;

  @Override
  public List<T> apply(TaskContext context, Iterator<T> records) {
    return of(records);
  }

  List<T> of(Iterator<T> records) {
    List<T> taken = new ArrayList<>();
    long room = Math.max(2L * count, MIN_ROOM);
    boolean isCut = false;
    while (records.hasNext()) {
      T next = records.next();
      if (isCut && order.compare(next, taken.get(count - 1)) >= 0) {
        continue;
      }
      taken.add(next);
      if (taken.size() >= room) {
        cut(taken);
        isCut = true;
      }
    }
    cut(taken);
    return taken;
  }

  private void cut(List<T> taken) {
    taken.sort(order);
    if (taken.size() > count) {
      taken.subList(count, taken.size()).clear();
    }
  }
}
