package io.millrace.codec;

/** What to add to a program so that values of a class can be stored. */
final class Remedy {

  private Remedy() {}

  static String forClass(Class<?> type) {
    Class<?> base = type;
    while (base.isArray()) {
      base = base.getComponentType();
    }
    if (isEnum(base)) {
      return register(base.isEnum() ? base : base.getSuperclass());
    } else if (base.isRecord() || (base.isSealed() && !base.isArray())) {
      return register(base);
    } else if (type.isArray()) {
      return "arrays of "
          + base.getName()
          + " are not stored: use a List, or an array of a class that is registered";
    } else if (base.isHidden() || base.isAnonymousClass()) {
      return "a lambda or anonymous class is not stored: use a record in its place";
    }
    return "give it an encoding, context.registerCodec("
        + Path.simpleName(type)
        + ".class, codec), or use a record in its place";
  }

  private static boolean isEnum(Class<?> type) {
    return Enum.class.isAssignableFrom(type) && type != Enum.class;
  }

  private static String register(Class<?> type) {
    return "register it, context.registerTypes(" + Path.simpleName(type) + ".class)";
  }
}
