package io.millrace;

/**
 * Which windows are emitted when several of their ends have passed while no batch could be cut:
 * during a slow batch, or while the program was down.
 */
public enum WindowCatchUp {
  /** Each whose span holds a recorded batch, in order: every record is in all of its windows. */
  ALL,
  /**
   * The last end of each window alone: results are up to date sooner, and records may be in none.
   */
  LAST
}
