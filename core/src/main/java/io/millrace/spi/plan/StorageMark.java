package io.millrace.spi.plan;

/**
 * How a node's records are kept once computed. A mark on a node, never a node of its own: {@code
 * rdd.cache()} returns the same dataset.
 *
 * @param memory keep in memory
 * @param disk spill to disk what memory does not hold
 * @param serialized keep in memory as bytes instead of objects
 */
public record StorageMark(boolean memory, boolean disk, boolean serialized) {

  /** Objects in memory; what does not fit is computed again. */
  public static final StorageMark MEMORY = new StorageMark(true, false, false);

  /** Objects in memory; what does not fit goes to the disk. */
  public static final StorageMark MEMORY_AND_DISK = new StorageMark(true, true, false);
}
