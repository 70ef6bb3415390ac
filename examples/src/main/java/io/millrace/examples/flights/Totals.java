package io.millrace.examples.flights;

import java.io.Serializable;

/** Sums over some flights. */
record Totals(long numFlights, long delayMinutes, long distanceMiles) implements Serializable {

  static final Totals NONE = new Totals(0, 0, 0);

  static Totals of(Flight flight) {
    return new Totals(1, flight.delayMinutes(), flight.distanceMiles());
  }

  Totals plus(Totals that) {
    return new Totals(
        numFlights + that.numFlights,
        delayMinutes + that.delayMinutes,
        distanceMiles + that.distanceMiles);
  }

  /** NaN for no flights. */
  double meanDelayMinutes() {
    return (double) delayMinutes / numFlights;
  }
}
