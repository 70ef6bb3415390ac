package io.millrace.stream.graph;

/** Who gets hold of the dataset of a batch. */
public enum DatasetUse {

  /** An operation of the library, of which it is known what it does with it: one job at most. */
  DECLARED,

  /** User code, which may run any number of jobs, or keep it. */
  USER_CODE
}
