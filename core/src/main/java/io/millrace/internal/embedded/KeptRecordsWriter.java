package io.millrace.internal.embedded;

import io.millrace.internal.pipeline.Rows;
import io.millrace.spi.RecordFormat;
import io.millrace.spi.plan.RecordReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Gathers the records of one partition, one by one, into one of the {@link KeptRecords}. */
sealed interface KeptRecordsWriter {

  int CHUNK = 128;

  void add(Object record);

  /** What they take on the heap so far, by estimate. */
  long memoryBytes();

  KeptRecords complete();

  /** Frees what has not been completed. Idempotent. */
  default void close() {}

  default void addAll(RecordReader<?> records) throws Exception {
    Object[] chunk = new Object[CHUNK];
    for (int n = records.read(chunk, CHUNK); n >= 0; n = records.read(chunk, CHUNK)) {
      for (int i = 0; i < n; i++) {
        add(chunk[i]);
      }
    }
  }

  /**
   * As objects; the size is looked at when their number has doubled, or when they may have grown by
   * a step.
   */
  final class Objects implements KeptRecordsWriter {

    private static final int FIRST_LOOK = 1024;

    private final Rows rows = new Rows();
    private final long stepBytes;
    private int nextLook = FIRST_LOOK;
    private long bytes;

    /**
     * @param stepBytes how much there may be that has not been looked at, once there is as much
     */
    Objects(long stepBytes) {
      this.stepBytes = stepBytes;
    }

    @Override
    public void add(Object record) {
      if (rows.size() == nextLook) {
        bytes = SizeEstimate.ofElements(rows.elements(), rows.size());
        double bytesPerRecord = (double) bytes / rows.size();
        nextLook += (int) Math.max(FIRST_LOOK, Math.min(nextLook, stepBytes / bytesPerRecord));
      }
      rows.add(record);
    }

    @Override
    public long memoryBytes() {
      return bytes;
    }

    @Override
    public KeptRecords complete() {
      return new KeptRecords.InMemory(rows);
    }
  }

  /** As bytes. */
  final class Bytes implements KeptRecordsWriter {

    private final RecordFormat format;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final RecordFormat.Writer writer;

    Bytes(RecordFormat format) {
      this.format = format;
      try {
        this.writer = format.writer(bytes);
      } catch (IOException e) {
        throw inMemory(e);
      }
    }

    @Override
    public void add(Object record) {
      try {
        writer.write(record);
      } catch (IOException e) {
        throw inMemory(e);
      }
    }

    @Override
    public long memoryBytes() {
      return writer.numBytes();
    }

    @Override
    public KeptRecords complete() {
      try {
        writer.complete();
      } catch (IOException e) {
        throw inMemory(e);
      }
      return new KeptRecords.Serialized(bytes.toByteArray(), format);
    }

    private static UncheckedIOException inMemory(IOException e) {
      return new UncheckedIOException("writing to memory failed", e);
    }
  }

  /** In a file. */
  final class File implements KeptRecordsWriter {

    private final SpillFile file;
    private final SpillFile.SegmentWriter segment;
    private boolean completed;

    File(SpillSpace space) {
      this.file = space.create();
      this.segment = file.begin();
    }

    @Override
    public void add(Object record) {
      segment.write(record);
    }

    @Override
    public long memoryBytes() {
      return 0;
    }

    @Override
    public KeptRecords complete() {
      SpillFile.Segment written = segment.complete();
      file.finish();
      completed = true;
      return new KeptRecords.OnDisk(file, written);
    }

    @Override
    public void close() {
      if (!completed) {
        file.close();
      }
    }
  }
}
