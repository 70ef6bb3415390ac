package io.millrace.hadoop;

import java.io.IOException;

/** A location at which no checkpoint can be, wherever one asks from. */
final class UnsuitableLocationException extends IOException {

  private static final long serialVersionUID = 1L;

  UnsuitableLocationException(String where, String reason) {
    super(where + " can't hold a checkpoint: " + reason);
  }
}
