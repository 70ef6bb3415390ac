package io.millrace.hadoop;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.hdfs.MiniDFSCluster;

/** One HDFS for all tests of a JVM, which it ends with: a name node and a data node in it. */
final class Cluster {

  private static final MiniDFSCluster SHARED = start(1);

  private Cluster() {}

  /** A cluster of its own, for tests that break it; the caller shuts it down. */
  static MiniDFSCluster start(int numDataNodes) {
    try {
      Path directory = Files.createTempDirectory("dfs");
      MiniDFSCluster cluster =
          new MiniDFSCluster.Builder(new Configuration(), directory.toFile())
              .numDataNodes(numDataNodes)
              .build();
      cluster.waitActive();
      return cluster;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** {@code hdfs://localhost:port} of the shared cluster. */
  static String root() {
    return root(SHARED);
  }

  static String root(MiniDFSCluster cluster) {
    return "hdfs://localhost:" + cluster.getNameNodePort();
  }

  /** A directory of the shared cluster that nobody has used. */
  static String newPlace() {
    return root() + "/places/" + UUID.randomUUID();
  }
}
