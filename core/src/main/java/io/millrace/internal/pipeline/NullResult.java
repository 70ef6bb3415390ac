package io.millrace.internal.pipeline;

/** What to say when a user function returned null where that has no meaning. */
public final class NullResult {

  private NullResult() {}

  /**
   * @param expected what it should have returned, such as {@code a pair}
   */
  public static NullPointerException of(Object function, String expected) {
    String name = function.getClass().getName();
    int lambda = name.indexOf("$$Lambda");
    return new NullPointerException(
        (lambda < 0 ? "the function " + name : "a function of " + name.substring(0, lambda))
            + " returned null instead of "
            + expected);
  }
}
