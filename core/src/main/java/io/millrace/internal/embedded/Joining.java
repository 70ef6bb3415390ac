package io.millrace.internal.embedded;

import io.millrace.Tuple2;
import io.millrace.internal.pipeline.CogroupTable;
import io.millrace.internal.pipeline.ReaderIterator;
import io.millrace.spi.plan.RecordReader;
import java.util.Iterator;
import java.util.List;

/** Readers over more than one parent: concatenation and cartesian product. */
final class Joining {

  /** Opens a reader when its turn comes. */
  @FunctionalInterface
  interface Opening extends CogroupTable.Opening {}

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
