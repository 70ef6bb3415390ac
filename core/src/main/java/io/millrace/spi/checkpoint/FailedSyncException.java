package io.millrace.spi.checkpoint;

import java.io.IOException;

/**
 * The system could not make a directory durable. What it holds may differ from what it shows from
 * then on, and syncing again may seem to succeed although it does not; so the store takes nothing
 * more, and lists nothing more. Restart the program once the disk is healthy: it goes on from what
 * is really there.
 */
public class FailedSyncException extends IOException {

  private static final long serialVersionUID = 1L;

  public FailedSyncException(String message, Throwable cause) {
    super(message, cause);
  }
}
