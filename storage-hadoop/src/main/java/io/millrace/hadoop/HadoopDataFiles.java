package io.millrace.hadoop;

import io.millrace.spi.DataFiles;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Files on HDFS, by {@code hdfs:} and {@code viewfs:} paths. Patterns are Hadoop's: {@code *},
 * {@code ?}, {@code [a-z]}, {@code [^a-z]}, <code>{ab,c}</code>, {@code \} before a letter. Paths
 * in results are whole URIs.
 *
 * <p>Clients are Hadoop's shared ones, one for each cluster and user, which end with the JVM. An
 * interrupt makes a call fail, as it does with local files that are read by a stream.
 */
public final class HadoopDataFiles implements DataFiles {

  private @Nullable HdfsDataFiles hdfs;

  private synchronized HdfsDataFiles hdfs(String path) throws IOException {
    HdfsDataFiles files = hdfs;
    if (files == null) {
      try {
        files = new HdfsDataFiles();
      } catch (NoClassDefFoundError e) {
        throw new NoHadoopClientException(path, e);
      }
      hdfs = files;
    }
    return files;
  }

  @Override
  public boolean accepts(String path) {
    String lower = path.toLowerCase(Locale.ROOT);
    return lower.startsWith("hdfs:/") || lower.startsWith("viewfs:/");
  }

  @Override
  public List<FileStatus> list(String pattern) throws IOException {
    return hdfs(pattern).list(pattern);
  }

  @Override
  public InputStream open(String path, long offset) throws IOException {
    return hdfs(path).open(path, offset);
  }

  @Override
  public OutputStream create(String path) throws IOException {
    return hdfs(path).create(path);
  }

  @Override
  public boolean exists(String path) throws IOException {
    return hdfs(path).exists(path);
  }

  @Override
  public void move(String from, String to) throws IOException {
    hdfs(from).move(from, to);
  }

  @Override
  public void delete(String path) throws IOException {
    hdfs(path).delete(path);
  }
}
