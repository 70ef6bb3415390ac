package io.millrace.rdd;

import io.millrace.spi.Machine;
import java.util.ServiceLoader;

/** Finds the machine's services. */
final class MachineLookup {

  private static final Machine MACHINE =
      ServiceLoader.load(Machine.class, Machine.class.getClassLoader())
          .findFirst()
          .orElseThrow(
              () ->
                  new IllegalStateException(
                      "no implementation of " + Machine.class.getName() + " is on the class path"));

  private MachineLookup() {}

  static Machine machine() {
    return MACHINE;
  }
}
