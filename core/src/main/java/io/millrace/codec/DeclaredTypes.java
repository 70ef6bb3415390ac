package io.millrace.codec;

import java.lang.reflect.GenericArrayType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.lang.reflect.WildcardType;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * The records, enums and sealed types that are declared to occur in values of a type: the types of
 * components, their type arguments and elements, and permitted subclasses, step by step.
 */
final class DeclaredTypes {

  private final Set<Class<?>> found = new LinkedHashSet<>();

  /** In the order in which they were found. */
  Set<Class<?>> found() {
    return found;
  }

  /** Finds the type itself, if it is one of those, and all that follow from it. */
  void add(Type type) {
    if (type instanceof Class<?> declared) {
      addClass(declared);
    } else if (type instanceof ParameterizedType parameterized) {
      add(parameterized.getRawType());
      addAll(parameterized.getActualTypeArguments());
    } else if (type instanceof GenericArrayType array) {
      add(array.getGenericComponentType());
    } else if (type instanceof WildcardType wildcard) {
      addAll(wildcard.getUpperBounds());
    }
    // What a type variable stands for is said where the record is used, if at all.
  }

  private void addAll(Type[] types) {
    for (Type type : types) {
      add(type);
    }
  }

  private void addClass(Class<?> type) {
    if (type.isArray()) {
      add(type.getComponentType());
    } else if (isNamed(type) && found.add(type)) {
      if (type.isRecord()) {
        for (RecordComponent component : type.getRecordComponents()) {
          add(component.getGenericType());
        }
      } else if (type.isSealed()) {
        addAll(type.getPermittedSubclasses());
      }
    }
  }

  /** Whether a type is known by its name, as opposed to those that are built in. */
  static boolean isNamed(Class<?> type) {
    return !BuiltIn.covers(type)
        && (type.isRecord() || type.isEnum() || type.isSealed())
        && !type.getName().startsWith("java.");
  }
}
