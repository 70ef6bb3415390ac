package io.millrace.sink;

import io.millrace.Tuple4;
import io.millrace.sink.TransactionalSink.RowOutput;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Writes the lines of one partition as data objects. Lines are kept in memory until they have the
 * size at which an object is put; so an object has that size and one line more at most.
 */
final class DataFileWriter {

  private final SinkStore store;
  private final StageContext context;
  private final RowOutput<Tuple4<String, Long, Long, Long>> rows;
  private final String extension;
  private final long rollBytes;
  private final @Nullable String header;
  private final CharsetEncoder encoder = StandardCharsets.UTF_8.newEncoder();
  private final ByteArrayOutputStream buffer = new ByteArrayOutputStream();
  private long numRecords;
  private int numFiles;

  DataFileWriter(
      SinkStore store,
      StageContext context,
      RowOutput<Tuple4<String, Long, Long, Long>> rows,
      FileSinkOptions options) {
    this.store = store;
    this.context = context;
    this.rows = rows;
    this.extension = options.extension();
    this.rollBytes = options.rollBytes();
    this.header = options.header();
  }

  void write(String line) throws Exception {
    if (numRecords == 0 && header != null) {
      append(header);
    }
    append(line);
    numRecords++;
    if (buffer.size() >= rollBytes) {
      put();
    }
  }

  /** Puts what is left. */
  void finish() throws Exception {
    if (numRecords > 0) {
      put();
    }
  }

  private void append(String line) throws IOException {
    try {
      ByteBuffer bytes = encoder.encode(CharBuffer.wrap(line));
      buffer.write(bytes.array(), bytes.arrayOffset(), bytes.remaining());
      buffer.write('\n');
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException(
          "a line has half of a surrogate pair, which UTF-8 can't write: " + line, e);
    }
  }

  private void put() throws Exception {
    String name = DataName.of(context, numFiles, extension);
    byte[] bytes = buffer.toByteArray();
    if (!store.storage().putIfAbsent(name, ByteBuffer.wrap(bytes))) {
      throw new IOException(
          String.format(
              Locale.ROOT,
              "%s is in %s already, though no two attempts share a name: does another program write"
                  + " to this directory?",
              name,
              store.location()));
    }
    rows.write(Tuple4.of(name, (long) bytes.length, PublishedFile.crc32c(bytes), numRecords));
    buffer.reset();
    numRecords = 0;
    numFiles++;
  }
}
