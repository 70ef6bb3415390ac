package io.millrace.internal.pipeline;

/**
 * Boxes that the JIT can do without. What {@code valueOf} returns may come from its cache, and so
 * it is always made where a call with it may deoptimise; a new object that goes nowhere else is
 * never allocated. The constructors are deprecated for removal, so {@code valueOf} stands in once
 * they are gone.
 */
public final class FreshBox {

  private static final boolean HAS_CONSTRUCTORS =
      hasConstructor(Integer.class, int.class) && hasConstructor(Long.class, long.class);

  private FreshBox() {}

  private static boolean hasConstructor(Class<?> box, Class<?> primitive) {
    for (var constructor : box.getConstructors()) {
      if (constructor.getParameterCount() == 1 && constructor.getParameterTypes()[0] == primitive) {
        return true;
      }
    }
    return false;
  }

  @SuppressWarnings({"removal", "deprecation"})
  static Integer of(int value) {
    return HAS_CONSTRUCTORS ? new Integer(value) : Integer.valueOf(value);
  }

  @SuppressWarnings({"removal", "deprecation"})
  public static Long of(long value) {
    return HAS_CONSTRUCTORS ? new Long(value) : Long.valueOf(value);
  }
}
