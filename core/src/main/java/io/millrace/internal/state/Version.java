package io.millrace.internal.state;

import org.jspecify.annotations.Nullable;

/**
 * A store as it was after some step. The steps after it hang off it, oldest first, so that it can
 * be read by undoing them; nothing points from newer to older versions, so what only a forgotten
 * version needs is garbage by itself.
 */
final class Version {

  /** The step after a version. */
  record Next(Undo undo, Version version) {}

  private int bound;
  private int numEntries;
  private @Nullable Next next;

  /** Says what the version amounts to, at the end of the step that makes it. */
  void seal(int bound, int numEntries) {
    this.bound = bound;
    this.numEntries = numEntries;
  }

  /** Its keys have positions less than this. */
  int bound() {
    return bound;
  }

  int numEntries() {
    return numEntries;
  }

  @Nullable Next next() {
    return next;
  }

  void setNext(@Nullable Next next) {
    this.next = next;
  }
}
