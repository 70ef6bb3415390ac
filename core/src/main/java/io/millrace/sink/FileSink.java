package io.millrace.sink;

import io.millrace.Tuple4;
import io.millrace.spi.checkpoint.CheckpointStorage;
import java.nio.file.NoSuchFileException;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes lines to files below a directory, each batch exactly once; made by {@link FileSinks},
 * where it is described. Immutable.
 *
 * <p>A staged row is the name of a file, its size, its checksum and its number of records.
 *
 * @param <T> type of the records
 */
public final class FileSink<T extends @Nullable Object>
    implements TransactionalSink<T, Tuple4<String, Long, Long, Long>> {

  private static final long serialVersionUID = 1L;
  private static final Logger LOG = LoggerFactory.getLogger(FileSink.class);

  private final SinkStore store;
  private final LineFormat<T> format;
  private final FileSinkOptions options;

  FileSink(SinkStore store, LineFormat<T> format, FileSinkOptions options) {
    this.store = store;
    this.format = format;
    this.options = options;
  }

  /**
   * Begins a new file of a partition when one has reached this size; 16 MiB unless set. A file is
   * made in memory, so a task may take that much.
   *
   * @param bytes 1 to 256 MiB
   */
  public FileSink<T> withRollSize(long bytes) {
    return with(new FileSinkOptions(options.extension(), bytes, options.header()));
  }

  /**
   * The end of the files' names.
   *
   * @param extension letters a-z and digits, without a dot before them
   */
  public FileSink<T> withExtension(String extension) {
    return with(new FileSinkOptions(extension, options.rollBytes(), options.header()));
  }

  /** Begins each file with the names of the columns, as a CSV record. */
  public FileSink<T> withHeader(String... columns) {
    return with(
        new FileSinkOptions(
            options.extension(), options.rollBytes(), CsvLine.of(Arrays.asList(columns))));
  }

  private FileSink<T> with(FileSinkOptions others) {
    return new FileSink<>(new SinkStore(store.location()), format, others);
  }

  @Override
  public String description() {
    return "files at " + store.location();
  }

  @Override
  public void stage(
      Iterator<T> records, StageContext context, RowOutput<Tuple4<String, Long, Long, Long>> rows)
      throws Exception {
    DataFileWriter writer = new DataFileWriter(store, context, rows, options);
    while (records.hasNext()) {
      T item = records.next();
      writer.write(
          Objects.requireNonNull(
              format.line(item),
              () -> "the function that makes lines for " + description() + " returned null"));
    }
    writer.finish();
  }

  @Override
  public void check(SinkOwner owner) throws Exception {
    try (CheckpointStorage storage =
        SinkStore.provider(store.location()).openForReading(store.location())) {
      FileSession.check(storage, owner);
    } catch (NoSuchFileException e) {
      LOG.debug("{} does not exist yet", store.location(), e);
    }
  }

  @Override
  public SinkSession<Tuple4<String, Long, Long, Long>> open(SinkContext context) throws Exception {
    try {
      return FileSession.open(store, options, context);
    } catch (Exception | Error e) {
      store.close();
      throw e;
    }
  }
}
