package io.millrace.hadoop;

import io.millrace.testkit.CheckpointLocationContract;

class HdfsProgramTest implements CheckpointLocationContract {

  private final String location = Cluster.newPlace();

  @Override
  public String location() {
    return location;
  }
}
