package io.millrace.testkit;

/**
 * The simulated process is dead. An error, and thrown again by each later call of the process, so
 * that a program that catches it can't go on to change anything.
 */
public final class SimulatedCrash extends Error {

  private static final long serialVersionUID = 1L;

  SimulatedCrash(String message) {
    super(message);
  }
}
