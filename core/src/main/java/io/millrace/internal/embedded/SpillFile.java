package io.millrace.internal.embedded;

import io.millrace.LocalStorageException;
import io.millrace.spi.RecordFormat;
import io.millrace.spi.plan.RecordReader;
import java.io.BufferedOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file of segments, each a stream of records of its own. Written by one thread, segment by
 * segment, then {@linkplain #finish finished}; read by any. Deleted by {@link #close()}.
 */
final class SpillFile implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(SpillFile.class);

  /** Some records of the file. */
  final class Segment {

    private final long offset;
    private final long length;

    private Segment(long offset, long length) {
      this.offset = offset;
      this.length = length;
    }

    long length() {
      return length;
    }

    /** A reader that gives back its file handle at the end of the records, or when closed. */
    RecordReader<Object> open() throws IOException {
      RecordReader<Object> records =
          space.format().reader(space.files().open(name, offset, length));
      return new RecordReader<>() {
        private boolean closed;

        @Override
        public int read(Object[] into, int max) throws Exception {
          if (closed) {
            return -1;
          }
          int count = records.read(into, max);
          if (count < 0) {
            close();
          }
          return count;
        }

        @Override
        public void close() throws Exception {
          if (!closed) {
            closed = true;
            records.close();
          }
        }
      };
    }

    /** For messages. */
    @Override
    public String toString() {
      return "spill file " + name + " in " + space.files().location();
    }
  }

  private final SpillSpace space;
  private final String name;
  private @Nullable OutputStream out;
  private long size;
  private boolean closed;

  SpillFile(SpillSpace space, String name) {
    this.space = space;
    this.name = name;
  }

  /** Begins a segment; the one before has been completed. */
  SegmentWriter begin() {
    try {
      return new SegmentWriter();
    } catch (IOException e) {
      throw space.failure("writing records to the disk", e);
    }
  }

  /** Writes the first {@code count} elements of an array as one segment. */
  Segment write(Object[] records, int count) {
    SegmentWriter writer = begin();
    for (int i = 0; i < count; i++) {
      writer.write(records[i]);
    }
    return writer.complete();
  }

  /**
   * Writes one segment. What it throws says that the disk is full or the bound is reached; then the
   * file is good for nothing but to be closed.
   */
  final class SegmentWriter {

    private final long start;
    private final RecordFormat.Writer writer;

    private SegmentWriter() throws IOException {
      this.start = size;
      this.writer = space.format().writer(new SegmentOutput(output()));
    }

    void write(Object record) {
      try {
        writer.write(record);
      } catch (IOException e) {
        throw space.failure("writing records to the disk", e);
      }
    }

    Segment complete() {
      try {
        writer.complete();
        return new Segment(start, size - start);
      } catch (IOException e) {
        throw space.failure("writing records to the disk", e);
      }
    }
  }

  private OutputStream output() throws IOException {
    OutputStream open = out;
    if (open == null) {
      open = new BufferedOutputStream(space.files().create(name));
      out = open;
    }
    return open;
  }

  /** Completes the file; no more segments. */
  void finish() {
    OutputStream open = out;
    out = null;
    if (open != null) {
      try {
        open.close();
      } catch (IOException e) {
        throw space.failure("writing records to the disk", e);
      }
    }
  }

  /** Deletes the file. Idempotent. */
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    try {
      finish();
    } catch (LocalStorageException e) {
      LOG.debug("what was left to write to a file that is deleted", e);
    }
    space.delete(name);
    space.release(size);
  }

  /** Counts, and stays open when a segment's writer closes it. */
  private final class SegmentOutput extends FilterOutputStream {

    SegmentOutput(OutputStream out) {
      super(out);
    }

    @Override
    public void write(int b) throws IOException {
      reserve(1);
      out.write(b);
    }

    @Override
    public void write(byte[] bytes, int from, int count) throws IOException {
      reserve(count);
      out.write(bytes, from, count);
    }

    private void reserve(int count) {
      space.reserve(count);
      size += count;
    }

    @Override
    public void close() {
      // The next segment follows.
    }
  }
}
