package io.millrace.rdd;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;

/**
 * Writes a dataset as text, one file {@code part-00000} … for each partition; for extensions. When
 * files appear under these names all are complete, and an empty file {@code _SUCCESS} comes last.
 */
public final class TextFileOutput {

  private TextFileOutput() {}

  /**
   * Writes into a new directory.
   *
   * @throws java.io.UncheckedIOException if {@code path} exists or can't be written; names it
   */
  public static <T> void create(RDDLike<T, ?> rdd, String path) {
    PartFiles.create(path, new Lines<T>(), terminal -> rdd.run("saveAsTextFile", terminal));
  }

  /**
   * Writes into a directory that may exist, whose visible files are replaced once all partitions
   * are done. {@code _SUCCESS} is removed before the first of them goes, so a reader that heeds it
   * never takes a mixture for a result. A job that fails leaves the directory as it was.
   *
   * @throws java.io.UncheckedIOException if {@code path} can't be written; names it
   */
  public static <T> void replace(RDDLike<T, ?> rdd, String path) {
    PartFiles.replace(path, new Lines<T>(), terminal -> rdd.run("saveAsTextFile", terminal));
  }

  /** Each record's {@code toString} in UTF-8; null is refused, as by Spark. */
  private record Lines<T>() implements PartFiles.Format<T> {
    @Override
    public void write(Iterator<T> records, OutputStream out) throws IOException {
      while (records.hasNext()) {
        T record = records.next();
        if (record == null) {
          throw new NullPointerException(
              "map or filter null records before saveAsTextFile: one of them is null, and has no"
                  + " text");
        }
        out.write(record.toString().getBytes(StandardCharsets.UTF_8));
        out.write('\n');
      }
    }
  }
}
