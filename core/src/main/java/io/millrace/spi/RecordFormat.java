package io.millrace.spi;

import io.millrace.spi.plan.RecordReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.Serializable;

/**
 * How an engine writes records of any type into a stream of bytes: for what it spills, and for
 * files that outlive the job but not a change of the records' classes. Safe for concurrent use; its
 * writers and readers belong to one thread at a time.
 *
 * <p>A record that is read back equals the one that was written as far as its type defines
 * equality; arrays have equal elements. Objects that a record refers to twice may come back as two
 * equal ones, and the iteration order of a hash set or map is kept only where it follows from the
 * order of insertion.
 *
 * <p>Travels to tasks of any process with what is to be written in it.
 */
public interface RecordFormat extends Serializable {

  /**
   * Begins a stream of records.
   *
   * @param out receives large pieces; closed with the writer
   */
  Writer writer(OutputStream out) throws IOException;

  /**
   * Reads a stream that a {@link Writer} has completed. Classes are looked up by the calling
   * thread's context class loader. Closing the reader closes {@code in}.
   *
   * <p>Memory is taken in proportion to the bytes that {@code in} has really delivered, whatever
   * lengths damaged bytes may claim.
   *
   * @throws RecordFormatException if this is not such a stream, or one of a newer format; when
   *     reading, if the stream is cut short or damaged
   */
  RecordReader<Object> reader(InputStream in) throws IOException;

  /** Writes records one after the other. */
  interface Writer extends Closeable {

    /**
     * Appends a record, which may be null.
     *
     * @throws io.millrace.NotSerializableRecordException if the record can't be written; those
     *     before it are unharmed, and others may follow
     */
    void write(Object record) throws IOException;

    /** Bytes written so far, those that are still buffered included. */
    long numBytes();

    /** Marks the end, without which a stream counts as cut short, and closes the output. */
    void complete() throws IOException;

    /** Closes the output. What has not been {@linkplain #complete completed} can't be read. */
    @Override
    void close() throws IOException;
  }
}
