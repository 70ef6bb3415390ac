package io.millrace.internal.serialization;

import java.io.Externalizable;
import java.io.ObjectStreamClass;
import java.io.ObjectStreamField;
import java.io.Serializable;
import java.lang.invoke.MethodHandleInfo;
import java.lang.invoke.SerializedLambda;
import java.lang.reflect.AccessibleObject;
import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.RecordComponent;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Which objects Java serialization reaches from an object, as far as that can be told from outside.
 * Used to explain a failure after the fact, never to decide whether there is one: a class may write
 * what it likes, and fields that the JDK hides are not followed.
 */
final class ObjectGraph {
  /** How the labels of captured values begin. */
  static final String CAPTURED = "captured ";

  /** How the labels of fields begin. */
  static final String FIELD = "field ";

  static final String CAPTURED_THIS = CAPTURED + "'this'";
  static final String CAPTURED_ENCLOSING = CAPTURED + "enclosing instance";

  private static final int MAX_OBJECTS = 10_000;

  private ObjectGraph() {}

  /** The nearest object that satisfies the predicate. Looks at 10,000 objects at most. */
  static Optional<Reference> findNearest(
      Reference start,
      Function<Reference, List<Reference>> children,
      Predicate<Reference> isWanted) {
    Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    Queue<Reference> queue = new ArrayDeque<>(List.of(start));
    seen.add(start.value());
    while (!queue.isEmpty()) {
      Reference reference = queue.remove();
      if (isWanted.test(reference)) {
        return Optional.of(reference);
      }
      for (Reference child : children.apply(reference)) {
        if (seen.size() < MAX_OBJECTS && seen.add(child.value())) {
          queue.add(child);
        }
      }
    }
    return Optional.empty();
  }

  /** What the object holds; nothing for the types that hold nothing. */
  static List<Reference> children(Reference holder) {
    Object value = holder.value();
    if (ImmutableTypes.contain(value)) {
      return List.of();
    }
    Optional<SerializedLambda> lambda = lambda(value);
    if (lambda.isPresent()) {
      return captured(holder, lambda.get());
    }
    List<Reference> children = new ArrayList<>(elements(holder, MAX_OBJECTS));
    if (value instanceof Serializable) {
      children.addAll(fields(holder));
    }
    return children;
  }

  /** The first elements of a collection, map, optional or array of objects. */
  static List<Reference> elements(Reference holder, int maxElements) {
    Object value = holder.value();
    if (value instanceof Object[] array) {
      return numbered(holder, Arrays.asList(array), maxElements);
    }
    if (value instanceof List<?> list) {
      return numbered(holder, list, maxElements);
    }
    if (value instanceof Collection<?> collection) {
      return labelled(holder, "an element", collection, maxElements);
    }
    if (value instanceof Map<?, ?> map) {
      List<Reference> both = new ArrayList<>();
      both.addAll(labelled(holder, "a key", map.keySet(), maxElements));
      both.addAll(labelled(holder, "a value", map.values(), maxElements));
      return both;
    }
    if (value instanceof Optional<?> optional) {
      return labelled(holder, "the value", optional.stream().toList(), maxElements);
    }
    return List.of();
  }

  /** What is in a record; nothing if it is none, or in a module that does not open its package. */
  static Optional<List<Reference>> components(Reference holder) {
    if (!(holder.value() instanceof Record)) {
      return Optional.empty();
    }
    List<Reference> components = new ArrayList<>();
    for (RecordComponent component : holder.value().getClass().getRecordComponents()) {
      Method accessor = component.getAccessor();
      if (!open(accessor)) {
        return Optional.empty();
      }
      Object child = invoke(accessor, holder.value());
      if (child != null) {
        components.add(holder.to("component '" + component.getName() + "'", child));
      }
    }
    return Optional.of(components);
  }

  /** What a serializable lambda or method reference would be written as. */
  static Optional<SerializedLambda> lambda(Object value) {
    if (!value.getClass().isSynthetic()) {
      return Optional.empty();
    }
    try {
      Method writeReplace = value.getClass().getDeclaredMethod("writeReplace");
      return open(writeReplace) && invoke(writeReplace, value) instanceof SerializedLambda lambda
          ? Optional.of(lambda)
          : Optional.empty();
    } catch (NoSuchMethodException e) {
      return Optional.empty();
    }
  }

  static boolean isLambdaBody(SerializedLambda lambda) {
    return lambda.getImplMethodName().startsWith("lambda$");
  }

  private static List<Reference> captured(Reference holder, SerializedLambda lambda) {
    boolean isStatic = lambda.getImplMethodKind() == MethodHandleInfo.REF_invokeStatic;
    List<Reference> arguments = new ArrayList<>();
    for (int i = 0; i < lambda.getCapturedArgCount(); i++) {
      Object argument = lambda.getCapturedArg(i);
      if (argument != null) {
        String label = CAPTURED + "argument " + (isStatic ? i + 1 : i);
        if (!isStatic && i == 0) {
          label = isLambdaBody(lambda) ? CAPTURED_THIS : CAPTURED + "receiver";
        }
        arguments.add(holder.to(label, argument));
      }
    }
    return arguments;
  }

  private static List<Reference> numbered(Reference holder, List<?> values, int maxElements) {
    List<Reference> children = new ArrayList<>();
    int index = 0;
    for (Object value : values) {
      if (index == maxElements) {
        break;
      }
      if (value != null) {
        children.add(holder.to("element " + index, value));
      }
      index++;
    }
    return children;
  }

  private static List<Reference> labelled(
      Reference holder, String label, Collection<?> values, int maxElements) {
    return values.stream()
        .limit(maxElements)
        .filter(value -> value != null)
        .map(value -> holder.to(label, value))
        .toList();
  }

  private static List<Reference> fields(Reference holder) {
    List<Reference> fields = new ArrayList<>();
    Class<?> type = holder.value().getClass();
    while (type != null && Serializable.class.isAssignableFrom(type)) {
      for (Field field : serializedFields(type)) {
        Object child = open(field) ? read(field, holder.value()) : null;
        if (child != null) {
          fields.add(holder.to(label(field), child));
        }
      }
      type = type.getSuperclass();
    }
    return fields;
  }

  private static List<Field> serializedFields(Class<?> type) {
    List<Field> fields = new ArrayList<>();
    if (Externalizable.class.isAssignableFrom(type)) {
      for (Field field : type.getDeclaredFields()) {
        if ((field.getModifiers() & (Modifier.STATIC | Modifier.TRANSIENT)) == 0) {
          fields.add(field);
        }
      }
      return fields;
    }
    for (ObjectStreamField streamField : ObjectStreamClass.lookup(type).getFields()) {
      try {
        fields.add(type.getDeclaredField(streamField.getName()));
      } catch (NoSuchFieldException e) {
        // A name from serialPersistentFields that only writeObject knows.
        continue;
      }
    }
    return fields;
  }

  private static String label(Field field) {
    String name = field.getName();
    if (field.isSynthetic() && name.startsWith("val$")) {
      return CAPTURED + "variable '" + name.substring("val$".length()) + "'";
    }
    return field.isSynthetic() && name.startsWith("this$")
        ? CAPTURED_ENCLOSING
        : FIELD + "'" + name + "'";
  }

  private static boolean open(AccessibleObject member) {
    try {
      return member.trySetAccessible();
    } catch (SecurityException e) {
      return false;
    }
  }

  private static @Nullable Object read(Field field, Object holder) {
    try {
      return field.getType().isPrimitive() ? null : field.get(holder);
    } catch (IllegalAccessException e) {
      return null;
    }
  }

  private static @Nullable Object invoke(Method method, Object target) {
    try {
      return method.invoke(target);
    } catch (IllegalAccessException | InvocationTargetException e) {
      return null;
    }
  }
}
