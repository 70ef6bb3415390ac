package io.millrace.hadoop;

import java.net.URI;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.hdfs.HdfsConfiguration;

/**
 * The configuration of a Hadoop client: that of the class path ({@code core-site.xml}, {@code
 * hdfs-site.xml}), with defaults that suit a program that tries again by itself. What the user has
 * set is left as it is.
 *
 * <p>A name node that is not there is an error within seconds, one whose machine does not answer
 * after about twenty, a pair of which neither is active after about half a minute; by Hadoop's own
 * defaults the second takes a quarter of an hour.
 */
final class ClientConfiguration {

  private static final String OBSERVER_SYNC = "dfs.client.failover.observer.auto-msync-period.";

  private static final String COMPLETION = "dfs.client.block.write.locateFollowingBlock.";

  private ClientConfiguration() {}

  static Configuration of(URI location) {
    // One that knows hdfs-site.xml from the start; others learn of it when HDFS is first used, too
    // late for what is set here to be held against it.
    Configuration conf = new HdfsConfiguration();
    setDefault(conf, "ipc.client.connect.max.retries", "3");
    setDefault(conf, "ipc.client.connect.timeout", "5000");
    setDefault(conf, "ipc.client.connect.max.retries.on.timeouts", "3");
    setDefault(conf, "ipc.client.rpc-timeout.ms", "30000");
    setDefault(conf, "dfs.client.failover.max.attempts", "7");
    // A file that was just written is complete once its data node has said so to the name node,
    // mostly within a few milliseconds of the first question; Hadoop asks again after 400.
    setDefault(conf, COMPLETION + "initial.delay.ms", "4");
    setDefault(conf, COMPLETION + "retries", "12");
    // Closed by its owner alone: at the end of the JVM a program may still have a batch to end.
    conf.setBoolean("fs.automatic.close", false);
    if (location.getHost() != null) {
      // Reads that go to an observer must see what others have put.
      conf.set(OBSERVER_SYNC + location.getHost(), "0");
    }
    return conf;
  }

  private static void setDefault(Configuration conf, String key, String value) {
    String[] sources = conf.getPropertySources(key);
    if (sources == null || sources[sources.length - 1].endsWith("-default.xml")) {
      conf.set(key, value);
    }
  }
}
