package io.millrace.internal.system;

import java.util.UUID;

/** Random identifiers. */
public final class Ids {

  private Ids() {}

  /** One that nobody has drawn before. */
  public static UUID random() {
    return UUID.randomUUID();
  }
}
