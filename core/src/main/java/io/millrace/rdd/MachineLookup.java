package io.millrace.rdd;

import io.millrace.spi.Machine;
import io.millrace.spi.ServiceLookup;

/** Finds the machine's services. */
final class MachineLookup {

  private static final Machine MACHINE = ServiceLookup.require(Machine.class);

  private MachineLookup() {}

  static Machine machine() {
    return MACHINE;
  }
}
