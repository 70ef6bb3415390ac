package io.millrace.internal.embedded;

import io.millrace.internal.pipeline.ArrayReader;
import io.millrace.internal.pipeline.Rows;
import io.millrace.spi.RecordFormat;
import io.millrace.spi.plan.RecordReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;

/** The records of one kept partition, in one of three places. Immutable. */
sealed interface KeptRecords {

  /** Dropped. */
  KeptRecords NONE = new Dropped();

  /** Opens a reader of its own for each who reads. */
  RecordReader<?> open() throws Exception;

  /** What they take on the heap, by estimate. */
  long memoryBytes();

  /**
   * The same records on the disk.
   *
   * @throws io.millrace.LocalStorageException if the disk does not take them
   * @throws io.millrace.NotSerializableRecordException if one of them can't be written
   */
  default KeptRecords toDisk(SpillSpace space) {
    KeptRecordsWriter.File file = new KeptRecordsWriter.File(space);
    try {
      file.addAll(open());
      return file.complete();
    } catch (RuntimeException | Error e) {
      file.close();
      throw e;
    } catch (Exception e) {
      file.close();
      throw new IllegalStateException("records in memory can't be read: " + e, e);
    }
  }

  /** Frees what the garbage collector does not. Idempotent. */
  default void close() {}

  /** Not there any more. */
  record Dropped() implements KeptRecords {

    @Override
    public RecordReader<?> open() throws IOException {
      throw new IOException("the records were dropped");
    }

    @Override
    public long memoryBytes() {
      return 0;
    }
  }

  /** As objects. */
  final class InMemory implements KeptRecords {
    private final Rows rows;
    private final long bytes;

    InMemory(Rows rows) {
      this.rows = rows;
      this.bytes = rows.size() == 0 ? 0 : SizeEstimate.ofElements(rows.elements(), rows.size());
    }

    @Override
    public RecordReader<?> open() {
      return new ArrayReader(rows.elements(), rows.size());
    }

    @Override
    public long memoryBytes() {
      return bytes;
    }
  }

  /** As bytes. */
  record Serialized(byte[] bytes, RecordFormat format) implements KeptRecords {

    @Override
    public RecordReader<?> open() throws IOException {
      return format.reader(new ByteArrayInputStream(bytes));
    }

    @Override
    public long memoryBytes() {
      return bytes.length;
    }
  }

  /** In a file of their own. */
  record OnDisk(SpillFile file, SpillFile.Segment segment) implements KeptRecords {

    @Override
    public RecordReader<?> open() throws IOException {
      return segment.open();
    }

    @Override
    public long memoryBytes() {
      return 0;
    }

    @Override
    public void close() {
      file.close();
    }
  }
}
