package io.millrace.bank;

import io.millrace.spark.StandaloneCluster;
import java.util.ArrayList;
import java.util.List;

/** The bank's program as the driver of a cluster. */
final class BankOnCluster {

  private BankOnCluster() {}

  /**
   * What its process is started with.
   *
   * @param maxCores how many executors of one core it may have
   */
  static List<String> options(StandaloneCluster cluster, int maxCores) {
    List<String> options = new ArrayList<>(cluster.driverOptions(maxCores));
    options.add("-D" + BankProgram.MASTER + "=" + cluster.url());
    return options;
  }
}
