package io.millrace.internal.serialization;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.Optional;

/** How records of one class are taken apart and made: method handles, looked up once per class. */
final class RecordType {

  private static final ClassValue<Optional<RecordType>> TYPES =
      new ClassValue<>() {
        @Override
        protected Optional<RecordType> computeValue(Class<?> type) {
          return lookUp(type);
        }
      };

  private final MethodHandle[] accessors;

  /** From an {@code Object[]} of the components. */
  private final MethodHandle constructor;

  private RecordType(MethodHandle[] accessors, MethodHandle constructor) {
    this.accessors = accessors;
    this.constructor = constructor;
  }

  /** Empty for what is no record, or one that its module does not open to us. */
  static Optional<RecordType> of(Class<?> type) {
    return TYPES.get(type);
  }

  private static Optional<RecordType> lookUp(Class<?> type) {
    if (!type.isRecord()) {
      return Optional.empty();
    }
    RecordComponent[] components = type.getRecordComponents();
    Class<?>[] parameters = new Class<?>[components.length];
    MethodHandle[] accessors = new MethodHandle[components.length];
    MethodHandles.Lookup lookup = MethodHandles.lookup();
    try {
      for (int i = 0; i < components.length; i++) {
        parameters[i] = components[i].getType();
        Method accessor = components[i].getAccessor();
        if (!accessor.trySetAccessible()) {
          return Optional.empty();
        }
        accessors[i] =
            lookup.unreflect(accessor).asType(MethodType.methodType(Object.class, Object.class));
      }
      Constructor<?> canonical = type.getDeclaredConstructor(parameters);
      if (!canonical.trySetAccessible()) {
        return Optional.empty();
      }
      MethodHandle constructor =
          lookup
              .unreflectConstructor(canonical)
              .asType(MethodType.genericMethodType(parameters.length))
              .asSpreader(Object[].class, parameters.length);
      return Optional.of(new RecordType(accessors, constructor));
    } catch (IllegalAccessException | NoSuchMethodException e) {
      throw new IllegalStateException("can't look into the record class " + type.getName(), e);
    }
  }

  int numComponents() {
    return accessors.length;
  }

  Object component(Object record, int index) {
    try {
      return (Object) accessors[index].invokeExact(record);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException("an accessor of " + record.getClass().getName(), e);
    }
  }

  /** Calls the canonical constructor, which may throw what it likes. */
  Object make(Object[] components) {
    try {
      return (Object) constructor.invokeExact(components);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException("a record's constructor failed: " + e, e);
    }
  }
}
