package io.millrace.internal.embedded;

import io.millrace.Tuple2;
import java.lang.reflect.Array;
import java.util.Collection;
import java.util.Map;

/**
 * Roughly how many bytes objects take on the heap, for bounding caches: exact enough for strings,
 * boxes, tuples and collections of such, a guess for other classes. Large collections are sampled.
 */
final class SizeEstimate {

  private static final int MAX_SAMPLES = 64;
  private static final int MAX_DEPTH = 4;
  private static final int REFERENCE = 4;
  private static final int BOX = 16;
  private static final long STRING = 48;
  private static final int TUPLE = 24;
  private static final int COLLECTION = 48;
  private static final int MAP_ENTRY = 48;
  private static final int OTHER = 64;

  private SizeEstimate() {}

  /** Bytes of the first {@code size} elements of an array, and of the array. */
  static long ofElements(Object[] elements, int size) {
    int step = Math.max(1, size / MAX_SAMPLES);
    long sampled = 0;
    int samples = 0;
    for (int i = 0; i < size; i += step) {
      sampled += of(elements[i], 0);
      samples++;
    }
    return 16 + (long) REFERENCE * elements.length + (samples == 0 ? 0 : sampled * size / samples);
  }

  private static long of(Object value, int depth) {
    if (value == null || value instanceof Boolean || value instanceof Enum) {
      return 0;
    } else if (value instanceof String string) {
      return STRING + string.length();
    } else if (value instanceof Number || value instanceof Character) {
      return BOX;
    } else if (depth == MAX_DEPTH) {
      return OTHER;
    } else if (value instanceof Tuple2<?, ?> pair) {
      return TUPLE + of(pair._1(), depth + 1) + of(pair._2(), depth + 1);
    } else if (value instanceof Collection<?> collection) {
      return COLLECTION + ofAll(collection, depth, REFERENCE);
    } else if (value instanceof Map<?, ?> map) {
      return COLLECTION + ofAll(map.keySet(), depth, MAP_ENTRY) + ofAll(map.values(), depth, 0);
    } else if (value instanceof Object[] array) {
      return ofElements(array, array.length);
    } else if (value.getClass().isArray()) {
      return 16 + 8L * Array.getLength(value);
    }
    return OTHER;
  }

  private static long ofAll(Collection<?> values, int depth, int overhead) {
    long sampled = 0;
    int samples = 0;
    for (Object value : values) {
      if (samples == MAX_SAMPLES) {
        break;
      }
      sampled += of(value, depth + 1) + overhead;
      samples++;
    }
    return samples == 0 ? 0 : sampled * values.size() / samples;
  }
}
