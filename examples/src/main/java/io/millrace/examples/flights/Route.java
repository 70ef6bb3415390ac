package io.millrace.examples.flights;

import java.io.Serializable;
import java.util.Comparator;

/** A pair of airports that flights connect, in one direction. Ordered by origin, destination. */
record Route(String origin, String destination) implements Serializable, Comparable<Route> {

  private static final Comparator<Route> ORDER =
      Comparator.comparing(Route::origin).thenComparing(Route::destination);

  static Route of(Flight flight) {
    return new Route(flight.origin(), flight.destination());
  }

  @Override
  public int compareTo(Route that) {
    return ORDER.compare(this, that);
  }

  @Override
  public String toString() {
    return origin + "-" + destination;
  }
}
