package io.millrace.codec;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the components of a record are where a stored record does not have them. */
public final class ComponentDefaults {

  private final Map<String, @Nullable Object> values;

  ComponentDefaults(Map<String, @Nullable Object> known) {
    this.values = new LinkedHashMap<>(known);
  }

  /**
   * Gives a component a default. The same object goes into each record that needs it, so it should
   * be immutable.
   *
   * @param value of the component's type; null only if that is no primitive
   */
  public ComponentDefaults component(String name, @Nullable Object value) {
    values.put(name, value);
    return this;
  }

  Map<String, @Nullable Object> values() {
    return values;
  }
}
