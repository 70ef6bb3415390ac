package io.millrace.cli;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.zip.ZipException;

/**
 * A user's program in a jar, to be run in this JVM. Classes that the command has itself, Millrace
 * above all, are the command's, also if the jar has them too.
 */
final class ProgramJar implements AutoCloseable {

  private final URLClassLoader loader;
  private final Method main;

  private ProgramJar(URLClassLoader loader, Method main) {
    this.loader = loader;
    this.main = main;
  }

  /**
   * @param mainClass empty for the one that the jar names
   * @throws UsageException if the file is no jar, or has no such main method
   */
  static ProgramJar open(Path jar, Optional<String> mainClass) throws IOException {
    String name = mainClass.isPresent() ? mainClass.get() : mainClassOf(jar);
    URLClassLoader loader =
        new URLClassLoader(new URL[] {jar.toUri().toURL()}, ProgramJar.class.getClassLoader());
    try {
      Method main = Class.forName(name, false, loader).getMethod("main", String[].class);
      if (!Modifier.isStatic(main.getModifiers())) {
        throw new NoSuchMethodException("main is not static");
      }
      return new ProgramJar(loader, main);
    } catch (ClassNotFoundException e) {
      loader.close();
      throw new UsageException(jar + " has no class " + name, e);
    } catch (NoSuchMethodException e) {
      loader.close();
      throw new UsageException(
          name + " in " + jar + " has no public static void main(String[])", e);
    }
  }

  private static String mainClassOf(Path jar) throws IOException {
    try (JarFile file = new JarFile(jar.toFile())) {
      Manifest manifest = file.getManifest();
      String name =
          manifest == null
              ? null
              : manifest.getMainAttributes().getValue(Attributes.Name.MAIN_CLASS);
      if (name == null) {
        throw new UsageException(jar + " names no main class: give it by --class");
      }
      return name.trim();
    } catch (ZipException e) {
      throw new UsageException(jar + " is no jar: " + e.getMessage(), e);
    }
  }

  /**
   * Runs the main method on this thread.
   *
   * @throws Exception what the program throws
   */
  void run(List<String> arguments) throws Exception {
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    thread.setContextClassLoader(loader);
    try {
      main.invoke(null, (Object) arguments.toArray(String[]::new));
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof Exception failure) {
        throw failure;
      } else if (e.getCause() instanceof Error failure) {
        throw failure;
      }
      throw e;
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  @Override
  public void close() throws IOException {
    loader.close();
  }
}
