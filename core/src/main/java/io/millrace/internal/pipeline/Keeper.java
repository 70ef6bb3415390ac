package io.millrace.internal.pipeline;

/** Takes the records of a partition that is marked to be kept, as they pass by. */
public interface Keeper {

  /** Takes one record, in order. */
  void keep(Object record);

  /**
   * All records have passed: what was kept is the whole partition. Not called if reading stopped.
   */
  void complete();
}
