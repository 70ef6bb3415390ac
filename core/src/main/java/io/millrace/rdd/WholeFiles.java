package io.millrace.rdd;

import io.millrace.Tuple2;
import io.millrace.spi.DataFiles.FileStatus;
import io.millrace.spi.Throwables;
import io.millrace.spi.plan.RecordReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/**
 * A pair of path and content for each file. Partitions are runs of files, in order, of about the
 * same number of bytes.
 */
final class WholeFiles<T> extends ListedFiles<WholeFiles.Group, Tuple2<String, T>> {

  private static final long serialVersionUID = 1L;
  private static final char BYTE_ORDER_MARK = 0xFEFF;

  /** The files of a partition. */
  record Group(List<FileOf> files) implements Serializable {}

  /** A path and a length in bytes. */
  record FileOf(String path, long length) implements Serializable {}

  /** What becomes of a file. */
  interface Content<T> extends Serializable {
    T of(FileOf file) throws IOException;
  }

  private final int minPartitions;
  private final Content<T> content;

  WholeFiles(String operation, String path, int minPartitions, Content<T> content) {
    super(operation, path);
    this.minPartitions = Arguments.notNegative(operation, "minPartitions", minPartitions);
    this.content = content;
  }

  static String text(FileOf file) throws IOException {
    try (InputStream in = TextFileSource.openWhole(file.path())) {
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return !text.isEmpty() && text.charAt(0) == BYTE_ORDER_MARK ? text.substring(1) : text;
    } catch (IOException e) {
      throw TextFileSource.unreadable(file.path(), e);
    }
  }

  static PortableDataStream stream(FileOf file) {
    return new PortableDataStream(file.path(), file.length());
  }

  @Override
  List<Group> split(List<FileStatus> files) {
    int numGroups = Math.min(Math.max(1, minPartitions), files.size());
    List<List<FileOf>> groups = new ArrayList<>();
    for (int i = 0; i < numGroups; i++) {
      groups.add(new ArrayList<>());
    }
    // An empty file weighs something too, else many of them would share a partition.
    double total = files.stream().mapToDouble(file -> file.length() + 1.0).sum();
    double before = 0;
    for (FileStatus file : files) {
      double middle = before + (file.length() + 1.0) / 2;
      int group = (int) Math.min(numGroups - 1, middle / total * numGroups);
      groups.get(group).add(new FileOf(file.path(), file.length()));
      before += file.length() + 1.0;
    }
    return groups.stream().map(Group::new).toList();
  }

  @Override
  RecordReader<Tuple2<String, T>> open(Group group) {
    Iterator<FileOf> files = group.files().iterator();
    return (into, max) -> {
      if (!files.hasNext()) {
        return -1;
      }
      FileOf file = files.next();
      try {
        into[0] = new Tuple2<>(file.path(), content.of(file));
      } catch (OutOfMemoryError e) {
        throw Throwables.located(e, "the file " + file.path() + " of " + file.length() + " bytes");
      }
      return 1;
    };
  }
}
