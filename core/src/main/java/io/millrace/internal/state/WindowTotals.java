package io.millrace.internal.state;

/**
 * The loops of a window with inverse, over the totals of its keys. A total that is hidden has no
 * value in sight, but one.
 */
interface WindowTotals {

  /**
   * Adds a pane.
   *
   * @param lastNumbers by position, number of the last pane before this one that has the key
   * @param oldest number of the first pane that the window still holds: a key that no pane since
   *     has begins anew, unless its total is in sight
   */
  void enter(Pane pane, Entries totals, int[] lastNumbers, int oldest) throws Exception;

  /**
   * Takes a pane out.
   *
   * @param lastNumbers by position, number of the last pane that has the key
   * @param dropsLast whether a key goes with its last pane, instead of keeping what is left
   */
  void leave(Pane pane, Entries totals, int[] lastNumbers, boolean dropsLast) throws Exception;
}
