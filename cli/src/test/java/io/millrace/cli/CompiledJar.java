package io.millrace.cli;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import javax.tools.ToolProvider;

/** A jar with one compiled source file, as a user's build makes it. */
final class CompiledJar {

  private CompiledJar() {}

  /**
   * @param directory where to work
   * @param name of the class, which the jar names as its main class
   */
  static Path of(Path directory, String name, String source, String classPath) throws IOException {
    Path file = Files.createDirectories(directory.resolve("source")).resolve(name + ".java");
    Files.writeString(file, source);
    Path classes = Files.createDirectories(directory.resolve("classes"));
    List<String> options =
        List.of(
            "-proc:none",
            "-encoding",
            "UTF-8",
            "-cp",
            classPath,
            "-d",
            classes.toString(),
            file.toString());
    int errors =
        ToolProvider.getSystemJavaCompiler().run(null, null, null, options.toArray(String[]::new));
    if (errors != 0) {
      throw new IllegalArgumentException(name + " does not compile");
    }
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    manifest.getMainAttributes().put(Attributes.Name.MAIN_CLASS, name);
    Path jar = directory.resolve(name + ".jar");
    try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar), manifest);
        Stream<Path> found = Files.walk(classes)) {
      for (Path each : found.filter(Files::isRegularFile).sorted().toList()) {
        out.putNextEntry(
            new JarEntry(classes.relativize(each).toString().replace(File.separatorChar, '/')));
        Files.copy(each, out);
        out.closeEntry();
      }
    }
    return jar;
  }
}
