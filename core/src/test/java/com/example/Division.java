package com.example;

import io.millrace.function.Function;

/** A user's function, in a package of the user's own, that fails for 0. */
public final class Division implements Function<Integer, Integer> {

  private static final long serialVersionUID = 1L;

  @Override
  public Integer call(Integer divisor) {
    return divide(divisor);
  }

  private static int divide(int divisor) {
    return 100 / divisor;
  }
}
