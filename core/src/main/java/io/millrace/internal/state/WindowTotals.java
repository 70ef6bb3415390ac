package io.millrace.internal.state;

/** The loops of a window with inverse, over the totals of its keys. */
interface WindowTotals {

  /**
   * Adds a pane.
   *
   * @param firstNumbers by position, number of the first pane that a total holds
   */
  void enter(Pane pane, Entries totals, int[] firstNumbers) throws Exception;

  /** Takes a pane out of those totals that hold it. */
  void leave(Pane pane, Entries totals, int[] firstNumbers) throws Exception;
}
