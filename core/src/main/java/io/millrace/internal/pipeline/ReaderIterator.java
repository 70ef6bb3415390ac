package io.millrace.internal.pipeline;

import io.millrace.MillraceException;
import io.millrace.spi.Throwables;
import io.millrace.spi.plan.RecordReader;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/**
 * An iterator over a reader: each {@code hasNext} reads at most one more chunk. Chunks begin with
 * one record and double, so that looking at the head of an expensive source stays cheap. Once
 * reading has failed it fails again in the same way, lest a caller who catches and goes on takes
 * what is left for all there is.
 */
public final class ReaderIterator implements Iterator<Object> {

  private static final int MAX_CHUNK = 256;

  private final RecordReader<?> reader;
  private Object[] chunk = new Object[1];
  private int position;
  private int count;
  private @Nullable RuntimeException failure;

  public ReaderIterator(RecordReader<?> reader) {
    this.reader = reader;
  }

  @Override
  public boolean hasNext() {
    if (position < count) {
      return true;
    }
    if (count < 0) {
      return false;
    }
    if (failure != null) {
      throw failure;
    }
    return read() > 0;
  }

  private int read() {
    if (count == chunk.length && chunk.length < MAX_CHUNK) {
      chunk = new Object[2 * chunk.length];
    }
    position = 0;
    count = 0;
    try {
      count = reader.read(chunk, chunk.length);
    } catch (RuntimeException e) {
      failure = e;
      throw e;
    } catch (Exception e) {
      failure = new ReadFailure(e);
      throw failure;
    }
    return count;
  }

  @Override
  public Object next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    Object record = chunk[position];
    chunk[position++] = null;
    return record;
  }

  /** Carries a checked exception of a user function or a source through an iterator. */
  public static final class ReadFailure extends MillraceException {
    private static final long serialVersionUID = 1L;

    public ReadFailure(Exception cause) {
      super("reading the records of a partition failed: " + Throwables.describe(cause), cause);
    }
  }
}
