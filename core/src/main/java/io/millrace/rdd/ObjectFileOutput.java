package io.millrace.rdd;

import io.millrace.spi.RecordFormat;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Iterator;

/**
 * Writes the records of a dataset as they are, one file {@code part-00000} … for each partition,
 * for {@link RDDContext#objectFile} to read; for extensions. The files end as those of {@link
 * TextFileOutput} do.
 */
public final class ObjectFileOutput {

  private ObjectFileOutput() {}

  /**
   * Writes into a new directory.
   *
   * @throws java.io.UncheckedIOException if {@code path} exists or can't be written; names it
   */
  public static <T> void create(RDDLike<T, ?> rdd, String path) {
    PartFiles.create(path, format(rdd), terminal -> rdd.run("saveAsObjectFile", terminal));
  }

  /**
   * As {@link TextFileOutput#replace}.
   *
   * @throws java.io.UncheckedIOException if {@code path} can't be written; names it
   */
  public static <T> void replace(RDDLike<T, ?> rdd, String path) {
    PartFiles.replace(path, format(rdd), terminal -> rdd.run("saveAsObjectFile", terminal));
  }

  private static <T> Objects<T> format(RDDLike<T, ?> rdd) {
    return new Objects<>(rdd.context().engine().recordFormat());
  }

  /** Records in the engine's own format, in which damage is found. */
  record Objects<T>(@SuppressWarnings("serial") RecordFormat format)
      implements PartFiles.Format<T> {

    @Override
    public void write(Iterator<T> records, OutputStream out) throws IOException {
      try (RecordFormat.Writer writer = format.writer(new KeptOpen(out))) {
        while (records.hasNext()) {
          writer.write(records.next());
        }
        writer.complete();
      }
    }
  }

  /** Whoever opened the file closes it. */
  private static final class KeptOpen extends FilterOutputStream {

    KeptOpen(OutputStream out) {
      super(out);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      out.write(bytes, offset, length);
    }

    @Override
    public void close() throws IOException {
      flush();
    }
  }
}
