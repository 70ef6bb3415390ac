package io.millrace.codec;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A record as the stream defines it, and how to make the program's record of it: components find
 * each other by name, what the program has dropped is passed over, what it has gained gets its
 * default, and numbers may have become wider.
 */
final class StoredRecord implements StoredType {

  /** The place of a component that the program's record does not have. */
  static final int DROPPED = -1;

  private final String name;
  private final List<String> names;
  private final ComponentKind[] kinds;
  private final @Nullable RecordForm form;
  private final int[] places;
  private final int withoutDefault;

  StoredRecord(String name, List<String> names, ComponentKind[] kinds, @Nullable RecordForm form) {
    this.name = name;
    this.names = names;
    this.kinds = kinds;
    this.form = form;
    this.places = new int[kinds.length];
    for (int i = 0; i < places.length; i++) {
      places[i] = form == null ? DROPPED : form.place(names.get(i));
    }
    this.withoutDefault = form == null ? DROPPED : firstWithoutDefault(form);
  }

  private int firstWithoutDefault(RecordForm of) {
    boolean[] isStored = new boolean[of.numComponents()];
    for (int place : places) {
      if (place != DROPPED) {
        isStored[place] = true;
      }
    }
    for (int i = 0; i < isStored.length; i++) {
      if (!isStored[i] && !of.hasDefault(i)) {
        return i;
      }
    }
    return DROPPED;
  }

  @Override
  public String name() {
    return name;
  }

  int numComponents() {
    return kinds.length;
  }

  ComponentKind kind(int stored) {
    return kinds[stored];
  }

  /** Where a stored component goes in the program's record, or {@link #DROPPED}. */
  int place(int stored) {
    return places[stored];
  }

  /**
   * The program's record.
   *
   * @throws SchemaException if the program has none, or one that has gained a component without a
   *     default
   */
  RecordForm form(ValueReader in) throws SchemaException {
    if (form == null) {
      throw in.unknown(this, "registerTypes");
    }
    if (withoutDefault != DROPPED) {
      String component = form.componentName(withoutDefault);
      throw in.schema(
          this,
          "record "
              + form.name()
              + " has the component "
              + component
              + ", the stored one has only "
              + names
              + ": give it a default, .type("
              + form.type().getSimpleName()
              + ".class, defaults -> defaults.component(\""
              + component
              + "\", value)), or declare it as Optional or @Nullable");
    }
    return form;
  }

  /** Makes a stored value what the program's component takes. */
  Object fit(RecordForm into, int stored, Object value, ValueReader in) throws SchemaException {
    int place = places[stored];
    Class<?> box = into.box(place);
    if (box.isInstance(value) || (value == null && into.takesNull(place))) {
      return value;
    }
    Object wider = widen(value, box);
    if (wider == null) {
      throw in.schema(
          this,
          "component "
              + names.get(stored)
              + " of record "
              + into.name()
              + " is declared as "
              + (into.takesNull(place) ? box.getName() : "the primitive of " + box.getSimpleName())
              + ", and a stored value of it is "
              + (value == null ? "null" : "of type " + value.getClass().getName())
              + ": keep the type, or add a component of another name");
    }
    return wider;
  }

  /** As Java does with primitives, as far as nothing is lost; null if it can't be done. */
  private static @Nullable Object widen(Object value, Class<?> box) {
    boolean isWhole = value instanceof Byte || value instanceof Short || value instanceof Integer;
    if (isWhole && box == Long.class) {
      return ((Number) value).longValue();
    } else if (isWhole && box == Integer.class) {
      return ((Number) value).intValue();
    } else if (value instanceof Byte narrow && box == Short.class) {
      return narrow.shortValue();
    } else if (value instanceof Float narrow && box == Double.class) {
      return narrow.doubleValue();
    }
    return null;
  }
}
