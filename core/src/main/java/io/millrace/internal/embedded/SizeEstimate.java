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

  /** Within a sampled element, so that nested collections do not multiply the work. */
  private static final int MAX_INNER_SAMPLES = 8;

  private static final int MAX_DEPTH = 4;
  private static final int HEADER = 16;
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
    return ofElements(elements, size, MAX_SAMPLES, 0);
  }

  /** As {@link #ofElements(Object[], int)}, from fewer or more samples. */
  static long ofElements(Object[] elements, int size, int maxSamples) {
    return ofElements(elements, size, maxSamples, 0);
  }

  private static long ofElements(Object[] elements, int size, int maxSamples, int depth) {
    int step = Math.max(1, size / maxSamples);
    long sampled = 0;
    int samples = 0;
    for (int i = 0; i < size; i += step) {
      sampled += of(elements[i], depth);
      samples++;
    }
    return HEADER + (long) REFERENCE * elements.length + extrapolated(sampled, samples, size);
  }

  private static long extrapolated(long sampled, int samples, int size) {
    return samples == 0 ? 0 : (long) ((double) sampled / samples * size);
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
      return ofElements(array, array.length, MAX_INNER_SAMPLES, depth + 1);
    } else if (value.getClass().isArray()) {
      return HEADER + bytesPerElement(value.getClass()) * Array.getLength(value);
    }
    return OTHER;
  }

  private static long bytesPerElement(Class<?> primitiveArray) {
    Class<?> type = primitiveArray.getComponentType();
    if (type == byte.class || type == boolean.class) {
      return 1;
    } else if (type == short.class || type == char.class) {
      return 2;
    }
    return type == long.class || type == double.class ? 8 : 4;
  }

  private static long ofAll(Collection<?> values, int depth, int overhead) {
    long sampled = 0;
    int samples = 0;
    for (Object value : values) {
      if (samples == MAX_INNER_SAMPLES) {
        break;
      }
      sampled += of(value, depth + 1) + overhead;
      samples++;
    }
    return extrapolated(sampled, samples, values.size());
  }
}
