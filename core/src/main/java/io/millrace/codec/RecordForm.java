package io.millrace.codec;

import java.lang.annotation.Annotation;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Records by component: taken apart by their accessors, made by their canonical constructor. The
 * definition lists the components by name, so that a record of other components can be read.
 */
final class RecordForm implements NamedForm, Form {

  private static final Map<Class<?>, Object> EMPTY =
      Map.of(
          Optional.class, Optional.empty(),
          OptionalInt.class, OptionalInt.empty(),
          OptionalLong.class, OptionalLong.empty(),
          OptionalDouble.class, OptionalDouble.empty());

  private final Class<?> type;
  private final List<String> names = new ArrayList<>();
  private final Map<String, Integer> places = new HashMap<>();
  private final ComponentKind[] kinds;
  private final Class<?>[] boxes;
  private final MethodHandle[] accessors;

  /** From an {@code Object[]} of the components. */
  private final MethodHandle constructor;

  /** A value for each component that has a default, in its place. */
  private final Object[] defaults;

  private final boolean[] hasDefault;

  /**
   * @param declared the defaults that the program gives, by component
   * @throws IllegalArgumentException if the record class is not accessible, or has no such
   *     component
   */
  RecordForm(Class<?> type, Map<String, Object> declared) {
    this.type = type;
    RecordComponent[] components = type.getRecordComponents();
    int count = components.length;
    this.kinds = new ComponentKind[count];
    this.boxes = new Class<?>[count];
    this.accessors = new MethodHandle[count];
    this.defaults = new Object[count];
    this.hasDefault = new boolean[count];
    for (int i = 0; i < count; i++) {
      RecordComponent component = components[i];
      names.add(component.getName());
      places.put(component.getName(), i);
      kinds[i] = ComponentKind.of(component.getType());
      boxes[i] = MethodType.methodType(component.getType()).wrap().returnType();
      refuseCollection(component);
      takeImpliedDefault(i, component);
    }
    declared.forEach(this::takeDefault);
    this.constructor = lookUp(components);
  }

  private MethodHandle lookUp(RecordComponent[] components) {
    MethodHandles.Lookup lookup = MethodHandles.lookup();
    Class<?>[] parameters = new Class<?>[components.length];
    try {
      for (int i = 0; i < components.length; i++) {
        parameters[i] = components[i].getType();
        Method accessor = components[i].getAccessor();
        if (!accessor.trySetAccessible()) {
          throw notOpen();
        }
        accessors[i] =
            lookup.unreflect(accessor).asType(MethodType.methodType(Object.class, Object.class));
      }
      Constructor<?> canonical = type.getDeclaredConstructor(parameters);
      if (!canonical.trySetAccessible()) {
        throw notOpen();
      }
      return lookup
          .unreflectConstructor(canonical)
          .asType(MethodType.genericMethodType(parameters.length))
          .asSpreader(Object[].class, parameters.length);
    } catch (IllegalAccessException | NoSuchMethodException e) {
      throw new IllegalStateException("can't look into the record class " + type.getName(), e);
    }
  }

  private IllegalArgumentException notOpen() {
    Module user = type.getModule();
    Module millrace = RecordForm.class.getModule();
    return new IllegalArgumentException(
        "the record "
            + type.getName()
            + " can't be read and made by Millrace: add \"opens "
            + type.getPackageName()
            + (millrace.isNamed() ? " to " + millrace.getName() : "")
            + ";\" to the module-info of "
            + (user.isNamed() ? user.getName() : "its module"));
  }

  /** A collection comes back as one of few classes, which may not be what the component takes. */
  private void refuseCollection(RecordComponent component) {
    if (!CollectionForms.comesBackAs(component.getType())) {
      throw new IllegalArgumentException(
          "component "
              + component.getName()
              + " of record "
              + type.getName()
              + " is declared as "
              + component.getType().getName()
              + ", which is not what a stored collection comes back as: declare it as List, Set,"
              + " Map or the like");
    }
  }

  private void takeImpliedDefault(int place, RecordComponent component) {
    Class<?> declaredAs = component.getType();
    Object empty = EMPTY.get(declaredAs);
    if (declaredAs.isPrimitive()) {
      defaults[place] = zero(kinds[place]);
      hasDefault[place] = true;
    } else if (empty != null) {
      defaults[place] = empty;
      hasDefault[place] = true;
    } else {
      hasDefault[place] =
          isNullable(component) || isNullable(component.getAnnotatedType()); // and is null
    }
  }

  private static Object zero(ComponentKind kind) {
    return switch (kind) {
      case BOOLEAN -> (Object) false;
      case BYTE -> (byte) 0;
      case SHORT -> (short) 0;
      case CHAR -> '\0';
      case INT -> 0;
      case LONG -> 0L;
      case FLOAT -> 0f;
      case DOUBLE -> 0.0;
      case VALUE -> throw new AssertionError("no primitive");
    };
  }

  /** By name, since there are many annotations that say so. */
  private static boolean isNullable(AnnotatedElement element) {
    return Arrays.stream(element.getAnnotations())
        .map(Annotation::annotationType)
        .anyMatch(annotation -> annotation.getSimpleName().equals("Nullable"));
  }

  private void takeDefault(String name, @Nullable Object value) {
    Integer place = places.get(name);
    if (place == null) {
      throw new IllegalArgumentException(
          "record " + type.getName() + " has no component " + name + ", only " + names);
    }
    boolean isAllowed =
        value == null ? kinds[place] == ComponentKind.VALUE : boxes[place].isInstance(value);
    if (!isAllowed) {
      throw new IllegalArgumentException(
          "the default "
              + value
              + " for component "
              + name
              + " of record "
              + type.getName()
              + " is no "
              + boxes[place].getName());
    }
    if (value != null) {
      defaults[place] = value;
    }
    hasDefault[place] = true;
  }

  @Override
  public Class<?> type() {
    return type;
  }

  @Override
  public String name() {
    return type.getName();
  }

  int numComponents() {
    return kinds.length;
  }

  String componentName(int place) {
    return names.get(place);
  }

  /** Where the component of that name is, or -1. */
  int place(String componentName) {
    return places.getOrDefault(componentName, -1);
  }

  boolean hasDefault(int place) {
    return hasDefault[place];
  }

  /** All components, with the value of those that have a default. */
  Object[] defaults() {
    return defaults.clone();
  }

  /** The class that values of the component have; the box of a primitive. */
  Class<?> box(int place) {
    return boxes[place];
  }

  boolean takesNull(int place) {
    return kinds[place] == ComponentKind.VALUE;
  }

  @Override
  public void define(ByteSink out) {
    out.u8(StoredType.Kind.RECORD);
    out.text(name());
    out.varint(kinds.length);
    for (int i = 0; i < kinds.length; i++) {
      out.text(names.get(i));
      out.u8(kinds[i].ordinal());
    }
  }

  @Override
  public void write(Object value, ValueWriter out) {
    out.bytes().u8(Tag.RECORD);
    out.typeNumber(this);
    out.enter(this);
    for (int i = 0; i < kinds.length; i++) {
      out.at(i);
      kinds[i].write(component(value, i), out);
    }
    out.leave();
  }

  Object component(Object record, int place) {
    try {
      return (Object) accessors[place].invokeExact(record);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(
          "the accessor " + names.get(place) + " of record " + type.getName() + " failed", e);
    }
  }

  /** Calls the canonical constructor, which may throw what it likes. */
  Object make(Object[] components) throws Throwable {
    return (Object) constructor.invokeExact(components);
  }
}
