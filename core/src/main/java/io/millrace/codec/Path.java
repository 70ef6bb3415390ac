package io.millrace.codec;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Words for the way from a value to one within it: {@code Tuple2._2 -> List[3] -> Order.item}. */
final class Path {

  /** A longer one tells no more. */
  static final int MAX_STEPS = 20;

  /** Stands for no container, so that none is kept from being collected. */
  static final Object NOWHERE = "";

  /** A column's elements. */
  static final Object COLUMN = new Object();

  private Path() {}

  static String step(Object container, int place) {
    if (container == COLUMN) {
      return "row " + place;
    } else if (container instanceof String step) {
      return step;
    } else if (container instanceof RecordForm record) {
      return simpleName(record.type()) + "." + record.componentName(place);
    } else if (container instanceof CodecForm coded) {
      return simpleName(coded.type());
    } else if (container instanceof Record tuple) {
      return tuple.getClass().getSimpleName() + "._" + (place + 1);
    } else if (container instanceof Map<?, ?>) {
      return place % 2 == 0 ? "Map key " + place / 2 : "Map value " + place / 2;
    } else if (container instanceof Optional<?>) {
      return "Optional";
    } else if (container instanceof Object[] array) {
      return simpleName(array.getClass().getComponentType()) + "[" + place + "]";
    } else if (container instanceof Collection<?>) {
      return collection(container) + "[" + place + "]";
    }
    return simpleName(container.getClass());
  }

  private static String collection(Object container) {
    return container instanceof List<?> ? "List" : container instanceof Set<?> ? "Set" : "Deque";
  }

  static String typeName(Object value) {
    if (value instanceof NamedForm form) {
      return form.type().getName();
    }
    return value.getClass().getTypeName();
  }

  /** Without the package, with the enclosing classes. */
  static String simpleName(Class<?> type) {
    String canonical = type.getCanonicalName();
    if (canonical == null) {
      return type.getSimpleName().isEmpty() ? type.getName() : type.getSimpleName();
    }
    String packageName = type.getPackageName();
    return canonical.startsWith(packageName + ".")
        ? canonical.substring(packageName.length() + 1)
        : canonical;
  }
}
