package io.millrace.sink;

import io.millrace.function.Function;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Transactional sinks that write files: lines, CSV and JSON lines. Each batch is published exactly
 * once, whatever crashes, and a reader sees all of a batch or nothing.
 *
 * <p><b>Shape.</b> Tasks write data files, one or more for each partition that has records, under
 * names that no other attempt uses. The commit of a batch appends one slot to a manifest, put if
 * absent, which names the files that count. <b>Read the directory through its manifest, by {@link
 * FileSinkReader}</b>; what merely lies in it may be of attempts that failed:
 *
 * <pre>
 * identity       whose directory it is
 * manifest/…     the log of published batches; at most 65 slots are needed, and claims of drivers
 * published/…    lists of earlier batches, each of some 4,000 files or more
 * data/…         the files
 * merged/…       files that small ones of many batches were merged into
 * </pre>
 *
 * <p>Small files are merged in the background, up to the size at which files roll, at a fold of the
 * manifest; the small ones stay for one fold more, for readers that are at them. A file is merged
 * only while the driver runs that wrote it.
 *
 * <p>To open a directory takes reading the slots; to list its files, reading the lists as well. A
 * commit costs one put, and every 64th one list of at most 4,096 files and those of 64 batches.
 *
 * <p><b>Location.</b> A local directory, or whatever a {@link
 * io.millrace.spi.checkpoint.CheckpointStorageProvider} on the class path serves. All tasks must
 * reach it. One directory is one output's of one checkpoint, for good.
 *
 * <p><b>Your function</b> runs in the tasks, as often as a partition is computed: again after a
 * failure, perhaps at the same time as another attempt.
 *
 * <p><b>Restart cases.</b>
 *
 * <ul>
 *   <li>The program is killed before the commit: its files are not published. The next start
 *       publishes them, if all of the batch was prepared, or writes others. What was not published
 *       is deleted, at the next start after its batch is done or within 64 commits.
 *   <li>It is killed during or after the commit: the manifest tells, and the next start goes on
 *       with or after that batch.
 *   <li>A second program is started on the same checkpoint: the first one stops with a {@link
 *       io.millrace.spi.checkpoint.FencedException} at its next commit.
 *   <li>The checkpoint was lost or replaced: start refuses with a {@link ForeignLedgerException},
 *       as soon as another checkpoint has opened the directory, even if it wrote nothing.
 * </ul>
 */
public final class FileSinks {

  private FileSinks() {}

  /**
   * A line for each record, in UTF-8, ended by a line feed; files end with {@code .txt}.
   *
   * @param directory its location; created when the program starts
   * @param toLine a record's line; not null, and without line breaks
   */
  public static <T extends @Nullable Object> FileSink<T> lines(
      String directory, Function<? super T, String> toLine) {
    LineFormat<T> format = item -> requireOneLine(toLine.call(item));
    return new FileSink<>(new SinkStore(directory), format, FileSinkOptions.of("txt"));
  }

  /**
   * A CSV record for each record, quoted as RFC 4180 says, ended by a line feed; files end with
   * {@code .csv}. Null is an empty field, the empty string is a pair of quotes.
   *
   * @param toFields at least one field, each written as its {@code toString()}; may have nulls
   */
  public static <T extends @Nullable Object> FileSink<T> csv(
      String directory, Function<? super T, ? extends List<? extends @Nullable Object>> toFields) {
    LineFormat<T> format = item -> CsvLine.of(toFields.call(item));
    return new FileSink<>(new SinkStore(directory), format, FileSinkOptions.of("csv"));
  }

  /**
   * A line of JSON for each record, as {@link JsonLine} writes it; files end with {@code .jsonl}.
   *
   * @param toValue a map or a record, usually; the record of the stream itself if it is one
   */
  public static <T extends @Nullable Object> FileSink<T> jsonLines(
      String directory, Function<? super T, ?> toValue) {
    LineFormat<T> format = item -> JsonLine.of(toValue.call(item));
    return new FileSink<>(new SinkStore(directory), format, FileSinkOptions.of("jsonl"));
  }

  private static String requireOneLine(String line) {
    if (line != null && (line.indexOf('\n') >= 0 || line.indexOf('\r') >= 0)) {
      throw new IllegalArgumentException(
          "a line has a line break in it, so a reader would take it for several: " + line);
    }
    return line;
  }
}
