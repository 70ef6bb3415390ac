package io.millrace.sink;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.temporal.Temporal;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * JSON text on one line, after RFC 8259.
 *
 * <p>Records and maps are objects, in the order of their components and entries; iterables are
 * arrays; strings, booleans, numbers and null are themselves; enums, UUIDs and the values of {@code
 * java.time} are strings; an optional is its value, or null. Depth is at most 64. Half a surrogate
 * pair is written as its escape, since UTF-8 has no form for it; so are control characters and the
 * two line separators of Unicode, which some readers take for the end of a line.
 */
public final class JsonLine {

  private static final int MAX_DEPTH = 64;

  private static final Set<Class<?>> NUMBERS =
      Set.of(
          Byte.class, Short.class, Integer.class, Long.class, BigInteger.class, BigDecimal.class);

  private final StringBuilder text = new StringBuilder();

  private JsonLine() {}

  /**
   * The text of a value, without line breaks.
   *
   * @throws IllegalArgumentException if something in it has no form in JSON: a number that is not
   *     finite, a map's key that is null, a type not listed above
   */
  public static String of(@Nullable Object value) {
    JsonLine line = new JsonLine();
    line.append(value, 1);
    return line.text.toString();
  }

  private void append(@Nullable Object value, int depth) {
    if (depth > MAX_DEPTH) {
      throw new IllegalArgumentException("a value is nested deeper than " + MAX_DEPTH + " levels");
    }
    if (value == null || value instanceof Boolean || NUMBERS.contains(value.getClass())) {
      text.append(value);
    } else if (value instanceof Double || value instanceof Float) {
      appendFinite((Number) value);
    } else if (value instanceof CharSequence || value instanceof Character) {
      appendString(value.toString());
    } else if (value instanceof Enum<?> constant) {
      appendString(constant.name());
    } else if (value instanceof UUID || value instanceof Temporal) {
      appendString(value.toString());
    } else if (value instanceof Optional<?> optional) {
      append(optional.orElse(null), depth);
    } else if (value instanceof Map<?, ?> map) {
      appendMap(map, depth);
    } else if (value instanceof Iterable<?> items) {
      appendArray(items, depth);
    } else if (value instanceof Record item) {
      appendRecord(item, depth);
    } else {
      throw new IllegalArgumentException(
          "a "
              + value.getClass().getName()
              + " has no form in JSON: "
              + value
              + ". Make it a record, a map or a string");
    }
  }

  private void appendFinite(Number number) {
    if (!Double.isFinite(number.doubleValue())) {
      throw new IllegalArgumentException(number + " has no form in JSON; write null or a string");
    }
    text.append(number);
  }

  private void appendMap(Map<?, ?> map, int depth) {
    String separator = "{";
    for (Map.Entry<?, ?> entry : map.entrySet()) {
      if (entry.getKey() == null) {
        throw new IllegalArgumentException("a map's key is null, which has no form in JSON");
      }
      text.append(separator);
      appendString(entry.getKey().toString());
      text.append(':');
      append(entry.getValue(), depth + 1);
      separator = ",";
    }
    text.append(map.isEmpty() ? "{}" : "}");
  }

  private void appendArray(Iterable<?> items, int depth) {
    text.append('[');
    String separator = "";
    for (Object item : items) {
      text.append(separator);
      append(item, depth + 1);
      separator = ",";
    }
    text.append(']');
  }

  private void appendRecord(Record item, int depth) {
    text.append('{');
    String separator = "";
    for (RecordComponent component : item.getClass().getRecordComponents()) {
      text.append(separator);
      appendString(component.getName());
      text.append(':');
      append(value(item, component), depth + 1);
      separator = ",";
    }
    text.append('}');
  }

  private static @Nullable Object value(Record item, RecordComponent component) {
    try {
      component.getAccessor().setAccessible(true);
      return component.getAccessor().invoke(item);
    } catch (InvocationTargetException | IllegalAccessException e) {
      throw new IllegalArgumentException(
          "component "
              + component.getName()
              + " of "
              + item.getClass().getName()
              + " can't be read",
          e);
    }
  }

  private void appendString(String string) {
    text.append('"');
    for (int i = 0; i < string.length(); i++) {
      char c = string.charAt(i);
      if (Character.isHighSurrogate(c)
          && i + 1 < string.length()
          && Character.isLowSurrogate(string.charAt(i + 1))) {
        text.append(c).append(string.charAt(++i));
      } else {
        appendCharacter(c);
      }
    }
    text.append('"');
  }

  private void appendCharacter(char c) {
    switch (c) {
      case '"' -> text.append("\\\"");
      case '\\' -> text.append("\\\\");
      case '\n' -> text.append("\\n");
      case '\r' -> text.append("\\r");
      case '\t' -> text.append("\\t");
      default -> {
        boolean isEscaped =
            c < ' ' || Character.isSurrogate(c) || c == '\u007f' || c == '\u2028' || c == '\u2029';
        if (isEscaped) {
          text.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
        } else {
          text.append(c);
        }
      }
    }
  }
}
