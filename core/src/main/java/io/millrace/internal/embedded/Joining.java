package io.millrace.internal.embedded;

import io.millrace.Tuple2;
import io.millrace.internal.pipeline.KeyIndex;
import io.millrace.internal.pipeline.Pipeline;
import io.millrace.internal.pipeline.ReaderIterator;
import io.millrace.internal.pipeline.Rows;
import io.millrace.spi.StableHash;
import io.millrace.spi.plan.RecordReader;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;

/** Readers over more than one parent: concatenation, cogroup and cartesian product. */
final class Joining {

  /** Opens a reader when its turn comes. */
  @FunctionalInterface
  interface Opening {
    RecordReader<?> open() throws Exception;
  }

  private Joining() {}

  /** One reader after the other, each opened when the one before it has ended. */
  static RecordReader<?> concatenated(List<Opening> openings) {
    Iterator<Opening> rest = openings.iterator();
    return new RecordReader<Object>() {
      private RecordReader<?> current = (into, max) -> -1;

      @Override
      public int read(Object[] into, int max) throws Exception {
        int count = current.read(into, max);
        while (count < 0 && rest.hasNext()) {
          current = rest.next().open();
          count = current.read(into, max);
        }
        return count;
      }
    };
  }

  /** For each key of any parent: the key, and per parent the list of its values. */
  static RecordReader<?> cogrouped(List<Opening> parents) throws Exception {
    KeyIndex keys = Pipeline.newIndex(Joining.class);
    Rows groups = new Rows();
    for (int parent = 0; parent < parents.size(); parent++) {
      Iterator<Object> records = new ReaderIterator(parents.get(parent).open());
      while (records.hasNext()) {
        Tuple2<?, ?> pair = (Tuple2<?, ?>) records.next();
        int position = keys.locate(pair._1(), StableHash.of(pair._1()));
        if (position < 0) {
          position = ~position;
          groups.add(emptyGroups(parents.size()));
        }
        values(groups, position).get(parent).add(pair._2());
      }
    }
    return new RecordReader<Object>() {
      private int position;

      @Override
      public int read(Object[] into, int max) {
        int count = Math.min(max, keys.size() - position);
        for (int i = 0; i < count; i++, position++) {
          into[i] = new Tuple2<>(keys.keys()[position], groups.elements()[position]);
        }
        return count == 0 ? -1 : count;
      }
    };
  }

  private static List<List<Object>> emptyGroups(int parents) {
    List<?>[] groups = new List<?>[parents];
    Arrays.setAll(groups, i -> new ArrayList<>(1));
    @SuppressWarnings("unchecked")
    List<Object>[] typed = (List<Object>[]) groups;
    return Arrays.asList(typed);
  }

  @SuppressWarnings("unchecked")
  private static List<List<Object>> values(Rows groups, int position) {
    return (List<List<Object>>) groups.elements()[position];
  }

  /** All pairs; the right side is opened anew for each record of the left. */
  static Iterator<Object> product(Iterator<Object> left, Opening right) {
    return new Iterator<>() {
      private Object leftRecord = "";
      private Iterator<Object> rights = List.of().iterator();

      @Override
      public boolean hasNext() {
        while (!rights.hasNext()) {
          if (!left.hasNext()) {
            return false;
          }
          leftRecord = left.next();
          try {
            rights = new ReaderIterator(right.open());
          } catch (RuntimeException e) {
            throw e;
          } catch (Exception e) {
            throw new ReaderIterator.ReadFailure(e);
          }
        }
        return true;
      }

      @Override
      public Object next() {
        if (!hasNext()) {
          throw new java.util.NoSuchElementException();
        }
        return new Tuple2<>(leftRecord, rights.next());
      }
    };
  }
}
