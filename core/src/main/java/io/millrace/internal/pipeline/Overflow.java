package io.millrace.internal.pipeline;

/**
 * Bounds what is gathered in memory: says how much room there is, and takes what there is no room
 * for. Used by one thread at a time.
 */
public interface Overflow {

  /** Bytes that the first {@code size} elements take, by estimate from a few samples. */
  long sizeOf(Object[] elements, int size, int maxSamples);

  /**
   * Takes note that {@code bytes} are gathered now, all in all.
   *
   * @return for how many bytes more there is room; negative if not even for these, and then what
   *     was gathered has to be spilled
   */
  long claim(long bytes);

  /** Takes records away, by target; the rows are emptied afterwards. */
  void spill(Rows[] rows) throws Exception;

  /** Takes combined records away, by target. */
  void spill(KeyedBlock[] blocks) throws Exception;
}
