package io.millrace.spark;

import io.millrace.spi.plan.RecordReader;
import java.util.NoSuchElementException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import scala.collection.AbstractIterator;

/**
 * Records by the chunk, as Spark's RDDs and blocks here have them. Each chunk is twice as long as
 * the one before, up to a bound. Spark's block manager, to know how much memory a block takes,
 * looks at samples of all its elements whenever their number has grown by a tenth: few elements
 * cost little, and an element within the bound is far from the 2 GB that it may take when encoded.
 */
class Chunks extends AbstractIterator<Carried> {

  private static final int FIRST_LENGTH = 1 << 9;
  private static final int MAX_LENGTH = 1 << 16;

  private final Opening opening;
  private final Object[] read = new Object[FIRST_LENGTH];
  private @Nullable RecordReader<?> reader;
  private @Nullable Carried next;
  private int length = FIRST_LENGTH;
  private boolean isAtEnd;

  /** Opens the records when the first of them is asked for. */
  @FunctionalInterface
  interface Opening {
    RecordReader<?> open() throws Exception;
  }

  Chunks(Opening opening) {
    this.opening = opening;
  }

  @Override
  public boolean hasNext() {
    try {
      if (next == null && !isAtEnd) {
        next = read();
      }
      return next != null;
    } catch (Exception e) {
      throw TaskFailedException.thrown(e);
    }
  }

  /** The next chunk, or null at the end; full unless it is the last. */
  private @Nullable Carried read() throws Exception {
    RecordReader<?> open = reader;
    if (open == null) {
      open = opening.open();
      reader = open;
    }
    Object[] chunk = new Object[length];
    int count = 0;
    while (count < length && !isAtEnd) {
      int more = open.read(read, Math.min(read.length, length - count));
      if (more < 0) {
        isAtEnd = true;
      } else {
        System.arraycopy(read, 0, chunk, count, more);
        count += more;
      }
    }
    length = Math.min(2 * length, MAX_LENGTH);
    return count == 0 ? null : Carried.of(chunk, 0, count);
  }

  @Override
  public Carried next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    Carried taken = Objects.requireNonNull(next);
    next = null;
    return taken;
  }
}
