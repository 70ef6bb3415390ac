package io.millrace.loading;

import java.io.File;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * Class loaders as applications have them: of a program beside the library, or of a copy of both.
 */
final class OwnLoader extends URLClassLoader {

  private final Predicate<String> isOwn;

  private OwnLoader(ClassLoader parent, Predicate<String> isOwn) {
    super(classPath(), parent);
    this.isOwn = isOwn;
  }

  /** Another copy of everything on the class path. */
  static OwnLoader ofAll() {
    return new OwnLoader(ClassLoader.getPlatformClassLoader(), name -> false);
  }

  /** A copy of a program and of the classes nested in it; the rest is that of the test. */
  static OwnLoader ofProgram(Class<?> program) {
    String name = program.getName();
    return new OwnLoader(
        program.getClassLoader(), wanted -> wanted.equals(name) || wanted.startsWith(name + "$"));
  }

  @Override
  protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
    synchronized (getClassLoadingLock(name)) {
      if (isOwn.test(name)) {
        Class<?> loaded = findLoadedClass(name);
        return loaded != null ? loaded : findClass(name);
      }
      return super.loadClass(name, resolve);
    }
  }

  /** Runs a program's copy in this loader with the given context class loader. */
  Object run(Class<?> program, ClassLoader context, String argument) throws Exception {
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    thread.setContextClassLoader(context);
    try {
      return Class.forName(program.getName(), true, this)
          .getMethod("run", String.class)
          .invoke(null, argument);
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  static void close(List<OwnLoader> loaders) throws IOException {
    for (OwnLoader loader : loaders) {
      loader.close();
    }
  }

  private static URL[] classPath() {
    List<URL> urls = new ArrayList<>();
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
      try {
        urls.add(Path.of(entry).toUri().toURL());
      } catch (MalformedURLException e) {
        throw new IllegalStateException("no URL of " + entry, e);
      }
    }
    return urls.toArray(URL[]::new);
  }
}
