package io.millrace.internal.serialization;

import java.lang.ref.WeakReference;
import java.lang.reflect.Proxy;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The classes that a writer of this process has written, by name, so that a reader of this process
 * resolves a name to the very same class, whatever its class loader: the context class loader may
 * not know the program's classes, or may know others of the same names.
 *
 * <p>A reader in another process starts with an empty table and resolves by class loader alone.
 * Holds classes weakly; has one entry for each class ever written. Safe for concurrent use.
 */
final class ClassTable {

  /** Of two classes of one name neither can be told from the name. */
  private static final WeakReference<Class<?>> AMBIGUOUS = new WeakReference<>(null);

  private final ConcurrentHashMap<String, WeakReference<Class<?>>> classes =
      new ConcurrentHashMap<>();

  void add(Class<?> type) {
    WeakReference<Class<?>> known = classes.get(type.getName());
    if (known == null || known.get() != type) {
      classes.merge(
          type.getName(),
          new WeakReference<>(type),
          (before, added) ->
              before == AMBIGUOUS || (before.get() != null && before.get() != type)
                  ? AMBIGUOUS
                  : added);
    }
  }

  /**
   * A class by its name in {@link Class#getName}'s form, arrays included: the one that was written,
   * else that of the loader, else that of Millrace's own loader.
   *
   * @param loader null for the JDK's own classes
   */
  Class<?> resolve(String name, @Nullable ClassLoader loader) throws ClassNotFoundException {
    WeakReference<Class<?>> reference = classes.get(name);
    Class<?> written = reference == null ? null : reference.get();
    if (written != null) {
      return written;
    }
    try {
      return Class.forName(name, false, loader);
    } catch (ClassNotFoundException e) {
      return Class.forName(name, false, ClassTable.class.getClassLoader());
    }
  }

  /** As {@link #resolve}, for the class of a dynamic proxy. */
  @SuppressWarnings("deprecation") // the successor wants a handler, which is read only later
  Class<?> resolveProxy(String[] interfaces, @Nullable ClassLoader loader)
      throws ClassNotFoundException {
    Class<?>[] types = new Class<?>[interfaces.length];
    ClassLoader home = loader;
    for (int i = 0; i < interfaces.length; i++) {
      types[i] = resolve(interfaces[i], loader);
      if (!JavaSerialization.isFromJdk(types[i])) {
        home = types[i].getClassLoader();
      }
    }
    return Proxy.getProxyClass(home, types);
  }
}
