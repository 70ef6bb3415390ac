package io.millrace.internal.serialization;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.ObjectStreamClass;
import java.io.OutputStream;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Java serialization into memory and back, with classes resolved by a {@link ClassTable}. */
final class JavaSerialization {

  /**
   * Why a value did not survive.
   *
   * @param isReading whether it could be written, but not read back
   */
  record Failure(Throwable cause, boolean isReading) {}

  private JavaSerialization() {}

  /**
   * @param classes is told the classes of the value and of all that it holds
   */
  static byte[] write(Object value, ClassTable classes) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
    try (ObjectOutputStream out = new ClassTableOutput(bytes, classes)) {
      out.writeObject(value);
    }
    return bytes.toByteArray();
  }

  /**
   * As {@link #write}, but lets records and optionals in the value pass that are not serializable,
   * as {@link RecordCheck} promises.
   */
  static byte[] writeRecord(Object value, ClassTable classes) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
    try (ObjectOutputStream out = new Disassembled.Output(bytes, classes)) {
      out.writeObject(value);
    }
    return bytes.toByteArray();
  }

  /**
   * @param classes what this process has written; other classes are those of the context class
   *     loader
   */
  static Object read(byte[] bytes, ClassTable classes) throws IOException, ClassNotFoundException {
    return read(bytes, classes, Thread.currentThread().getContextClassLoader());
  }

  static Object read(byte[] bytes, ClassTable classes, @Nullable ClassLoader loader)
      throws IOException, ClassNotFoundException {
    try (ObjectInputStream in =
        new ClassTableInput(new ByteArrayInputStream(bytes), classes, loader)) {
      return in.readObject();
    }
  }

  /** Writes a value and reads it back. Whatever its classes throw on the way is the result. */
  static Optional<Failure> tryRoundTrip(Object value) {
    boolean isWritten = false;
    try {
      ClassTable classes = new ClassTable();
      byte[] bytes = write(value, classes);
      isWritten = true;
      read(bytes, classes);
      return Optional.empty();
    } catch (Exception | LinkageError | StackOverflowError e) {
      return Optional.of(new Failure(e, isWritten));
    }
  }

  static boolean isFromJdk(Class<?> type) {
    ClassLoader loader = type.getClassLoader();
    return loader == null || loader == ClassLoader.getPlatformClassLoader();
  }

  /** Tells a table which classes are written. */
  static class ClassTableOutput extends ObjectOutputStream {
    private final ClassTable classes;

    ClassTableOutput(OutputStream out, ClassTable classes) throws IOException {
      super(out);
      this.classes = classes;
    }

    @Override
    protected void annotateClass(Class<?> type) {
      classes.add(type);
    }

    @Override
    protected void annotateProxyClass(Class<?> type) {
      for (Class<?> implemented : type.getInterfaces()) {
        classes.add(implemented);
      }
    }
  }

  private static final class ClassTableInput extends ObjectInputStream {
    private final ClassTable classes;
    private final @Nullable ClassLoader loader;

    ClassTableInput(InputStream in, ClassTable classes, @Nullable ClassLoader loader)
        throws IOException {
      super(in);
      this.classes = classes;
      this.loader = loader;
    }

    @Override
    protected Class<?> resolveClass(ObjectStreamClass description)
        throws IOException, ClassNotFoundException {
      try {
        return classes.resolve(description.getName(), loader);
      } catch (ClassNotFoundException e) {
        return super.resolveClass(description); // knows the primitive types
      }
    }

    @Override
    protected Class<?> resolveProxyClass(String[] interfaces) throws ClassNotFoundException {
      return classes.resolveProxy(interfaces, loader);
    }
  }
}
