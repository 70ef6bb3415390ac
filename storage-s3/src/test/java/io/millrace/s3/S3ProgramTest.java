package io.millrace.s3;

import io.millrace.testkit.CheckpointLocationContract;

class S3ProgramTest implements CheckpointLocationContract {

  private final String location = S3Server.newPlace();

  @Override
  public String location() {
    return location;
  }
}
