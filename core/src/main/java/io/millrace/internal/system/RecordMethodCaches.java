package io.millrace.internal.system;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.runtime.ObjectMethods;

/**
 * Clears one-entry caches of the JDK that hold the class loader of the record class that was
 * compared last.
 *
 * <p>On JDK 17 each method handle keeps its last conversion strongly, and {@link ObjectMethods}
 * converts shared handles to the types of each record. So the class loader of an application that
 * was closed stays until a record of another loader is linked. Linking the same methods for a class
 * of the JDK replaces those entries. Later releases hold such conversions softly, and nothing is
 * done there.
 */
public final class RecordMethodCaches {

  private static final int LAST_AFFECTED_RELEASE = 17;

  private RecordMethodCaches() {}

  /** Takes microseconds. Safe for concurrent use. */
  public static void clear() {
    if (Runtime.version().feature() > LAST_AFFECTED_RELEASE) {
      return;
    }
    try {
      MethodHandles.Lookup lookup = MethodHandles.publicLookup();
      MethodHandle getter =
          lookup.findVirtual(String.class, "strip", MethodType.methodType(String.class));
      link(
          lookup,
          "equals",
          MethodType.methodType(boolean.class, String.class, Object.class),
          getter);
      link(lookup, "hashCode", MethodType.methodType(int.class, String.class), getter);
    } catch (Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException("can't link the methods of a record", e);
    }
  }

  private static void link(
      MethodHandles.Lookup lookup, String method, MethodType type, MethodHandle getter)
      throws Throwable {
    Object unused = ObjectMethods.bootstrap(lookup, method, type, String.class, "text", getter);
  }
}
