package io.millrace.rdd;

import io.millrace.TaskContext;
import io.millrace.spi.DataFiles;
import io.millrace.spi.DataFiles.FileStatus;
import io.millrace.spi.plan.RecordReader;
import io.millrace.spi.plan.RecordSource;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The text files that a path names, looked up when first asked and never again. */
final class ListedTextFiles implements RecordSource<String> {

  private static final long serialVersionUID = 1L;
  private static final Pattern WILDCARD = Pattern.compile("[*?\\[{]");

  private final String path;
  private final int minPartitions;
  private volatile @Nullable TextFileSource listed;

  ListedTextFiles(String path, int minPartitions) {
    this.path = path;
    this.minPartitions = minPartitions;
  }

  private TextFileSource listed() {
    TextFileSource known = listed;
    return known != null ? known : list();
  }

  private synchronized TextFileSource list() {
    TextFileSource known = listed;
    if (known == null) {
      List<FileStatus> files = new ArrayList<>();
      for (String pattern : separate(path)) {
        files.addAll(list(pattern));
      }
      known = new TextFileSource(files, minPartitions);
      listed = known;
    }
    return known;
  }

  private static List<FileStatus> list(String pattern) {
    DataFiles storage = DataFilesLookup.of(pattern);
    try {
      List<FileStatus> files = storage.list(pattern);
      if (files.isEmpty() && WILDCARD.matcher(pattern).find() && !storage.exists(pattern)) {
        throw new FileNotFoundException("the pattern " + pattern + " matches no files");
      }
      return files;
    } catch (FileNotFoundException e) {
      throw new UncheckedIOException("textFile: input path does not exist: " + pattern, e);
    } catch (IOException e) {
      throw new UncheckedIOException("textFile: can't list " + pattern + ": " + e.getMessage(), e);
    }
  }

  /** Splits at commas outside of braces. */
  static List<String> separate(String paths) {
    List<String> parts = new ArrayList<>();
    int depth = 0;
    int start = 0;
    for (int i = 0; i < paths.length(); i++) {
      char c = paths.charAt(i);
      if (c == '{') {
        depth++;
      } else if (c == '}') {
        depth--;
      } else if (c == ',' && depth == 0) {
        parts.add(paths.substring(start, i));
        start = i + 1;
      }
    }
    parts.add(paths.substring(start));
    return parts;
  }

  @Override
  public int numPartitions() {
    return listed().numPartitions();
  }

  @Override
  public RecordReader<String> open(int partition, TaskContext context) throws Exception {
    return listed().open(partition, context);
  }

  @Override
  public long numRecords() {
    TextFileSource known = listed;
    return known == null ? -1 : known.numRecords();
  }

  @Override
  public String description() {
    return path;
  }
}
