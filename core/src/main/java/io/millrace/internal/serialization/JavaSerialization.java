package io.millrace.internal.serialization;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.ObjectStreamClass;
import java.lang.reflect.Proxy;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Java serialization into memory and back, with classes looked up where the value knows them. */
final class JavaSerialization {

  /**
   * Why a value did not survive.
   *
   * @param isReading whether it could be written, but not read back
   */
  record Failure(Throwable cause, boolean isReading) {}

  private JavaSerialization() {}

  static byte[] write(Object value) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(value);
    }
    return bytes.toByteArray();
  }

  /**
   * As {@link #write}, but lets records and optionals in the value pass that are not serializable,
   * as {@link RecordCheck} promises.
   */
  static byte[] writeRecord(Object value) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
    try (ObjectOutputStream out = new Disassembled.Output(bytes)) {
      out.writeObject(value);
    }
    return bytes.toByteArray();
  }

  /**
   * A class by its name in {@link Class#getName}'s form, arrays included.
   *
   * @param loader null for the JDK's own classes; what it does not know is looked for beside us
   */
  static Class<?> load(String name, @Nullable ClassLoader loader) throws ClassNotFoundException {
    try {
      return Class.forName(name, false, loader);
    } catch (ClassNotFoundException e) {
      return Class.forName(name, false, JavaSerialization.class.getClassLoader());
    }
  }

  /**
   * @param loader null for the context class loader
   */
  static Object read(byte[] bytes, @Nullable ClassLoader loader)
      throws IOException, ClassNotFoundException {
    ClassLoader known = loader != null ? loader : Thread.currentThread().getContextClassLoader();
    try (ObjectInputStream in = new LoaderAwareInput(new ByteArrayInputStream(bytes), known)) {
      return in.readObject();
    }
  }

  /** Writes a value and reads it back. Whatever its classes throw on the way is the result. */
  static Optional<Failure> tryRoundTrip(Object value) {
    boolean isWritten = false;
    try {
      byte[] bytes = write(value);
      isWritten = true;
      read(bytes, loaderOf(value));
      return Optional.empty();
    } catch (Exception | LinkageError | StackOverflowError e) {
      return Optional.of(new Failure(e, isWritten));
    }
  }

  /**
   * The loader that knows the classes of a value: for a collection of the JDK, which may hold
   * anything, that of the nearest object of another class. Null if the JDK's classes are all.
   */
  static @Nullable ClassLoader loaderOf(Object value) {
    return ObjectGraph.findNearest(
            Reference.root(value), ObjectGraph::children, met -> !isFromJdk(met.value().getClass()))
        .map(found -> found.value().getClass().getClassLoader())
        .orElse(null);
  }

  static boolean isFromJdk(Class<?> type) {
    ClassLoader loader = type.getClassLoader();
    return loader == null || loader == ClassLoader.getPlatformClassLoader();
  }

  private static final class LoaderAwareInput extends ObjectInputStream {
    private final @Nullable ClassLoader loader;

    LoaderAwareInput(InputStream in, @Nullable ClassLoader loader) throws IOException {
      super(in);
      this.loader = loader;
    }

    @Override
    protected Class<?> resolveClass(ObjectStreamClass description)
        throws IOException, ClassNotFoundException {
      try {
        return Class.forName(description.getName(), false, loader);
      } catch (ClassNotFoundException e) {
        // Primitive types, and classes that only Millrace's own loader knows.
        return super.resolveClass(description);
      }
    }

    @Override
    @SuppressWarnings("deprecation") // the successor wants a handler, which is read only later
    protected Class<?> resolveProxyClass(String[] interfaces)
        throws IOException, ClassNotFoundException {
      Class<?>[] types = new Class<?>[interfaces.length];
      for (int i = 0; i < interfaces.length; i++) {
        types[i] = Class.forName(interfaces[i], false, loader);
      }
      return Proxy.getProxyClass(loader, types);
    }
  }
}
