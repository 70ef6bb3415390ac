package io.millrace.internal.state;

import io.millrace.internal.pipeline.Rows;

/** The loops of a window without inverse, over the keys of its two stacks. */
interface PaneStacks {

  /** The key has something in the front stack. */
  byte FRONT = 1;

  /** The key has something in the back stack. */
  byte BACK = 2;

  /** Adds a pane to the back stack. */
  void enter(Pane pane, byte[] stacks, ValueColumn back) throws Exception;

  /**
   * Puts one group of a pane onto the front stack, in front of the later panes, which are there
   * already.
   */
  void turnOver(Pane pane, int group, byte[] stacks, ValueColumn front) throws Exception;

  /** Emits all keys of the window with their value. */
  void emit(
      Dictionary keys, byte[] stacks, int bound, ValueColumn front, ValueColumn back, Rows emitted)
      throws Exception;
}
