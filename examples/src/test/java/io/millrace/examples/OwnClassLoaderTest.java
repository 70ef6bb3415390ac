package io.millrace.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import io.millrace.stream.StreamingContext;
import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.platform.engine.DiscoverySelector;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TagFilter;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;

/**
 * The suites of this module once more where the program's classes, or Millrace's too, are in a
 * class loader of their own: as by {@code millrace run}, in a web application, or in a plug-in.
 */
@Timeout(240)
class OwnClassLoaderTest {

  private static final String MILLRACE = "io.millrace.";
  private static final String EXAMPLES = "io.millrace.examples.";

  /** Those that look at files alone, and this one. */
  private static final List<String> LEFT_OUT =
      List.of(OwnClassLoaderTest.class.getName(), DocumentedCodeTest.class.getName());

  /** Loads some classes itself, before its parent is asked. */
  private static final class ChildFirst extends URLClassLoader {

    private final Predicate<String> isOwn;

    ChildFirst(List<URL> urls, Predicate<String> isOwn) {
      super(urls.toArray(URL[]::new), OwnClassLoaderTest.class.getClassLoader());
      this.isOwn = isOwn;
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      if (!isOwn.test(name)) {
        return super.loadClass(name, resolve);
      }
      synchronized (getClassLoadingLock(name)) {
        Class<?> loaded = findLoadedClass(name);
        return loaded == null ? findClass(name) : loaded;
      }
    }
  }

  @Test
  void programInAChildLoader_thatIsTheContextLoader() throws Exception {
    try (ChildFirst child = new ChildFirst(classPath(), name -> name.startsWith(EXAMPLES))) {
      assertThat(child.loadClass(StreamingContext.class.getName()))
          .isSameAs(StreamingContext.class);
      runSuites(child, child);
    }
  }

  @Test
  void programInAChildLoader_whileTheContextLoaderHasOtherClassesOfItsNames() throws Exception {
    try (ChildFirst child = new ChildFirst(classPath(), name -> name.startsWith(EXAMPLES))) {
      runSuites(child, OwnClassLoaderTest.class.getClassLoader());
    }
  }

  @Test
  void millraceInAChildLoader_whileTheContextLoaderHasAnotherCopyOfIt() throws Exception {
    try (ChildFirst child = new ChildFirst(classPath(), name -> name.startsWith(MILLRACE))) {
      assertThat(child.loadClass(StreamingContext.class.getName()))
          .isNotSameAs(StreamingContext.class);
      runSuites(child, OwnClassLoaderTest.class.getClassLoader());
    }
  }

  private static void runSuites(ClassLoader loader, ClassLoader context) throws Exception {
    List<DiscoverySelector> suites = new ArrayList<>();
    for (String suite : suites()) {
      Class<?> loaded = Class.forName(suite, false, loader);
      assertThat(loaded.getClassLoader()).isSameAs(loader);
      suites.add(selectClass(loaded));
    }
    LauncherDiscoveryRequest request =
        LauncherDiscoveryRequestBuilder.request()
            .selectors(suites)
            .filters(TagFilter.excludeTags("slow", "soak"))
            .build();
    SummaryGeneratingListener summary = new SummaryGeneratingListener();
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    thread.setContextClassLoader(context);
    try {
      LauncherFactory.create().execute(request, summary);
    } finally {
      thread.setContextClassLoader(before);
    }
    StringWriter failures = new StringWriter();
    summary.getSummary().printFailuresTo(new PrintWriter(failures), 40);
    assertThat(summary.getSummary().getFailures()).as(failures.toString()).isEmpty();
    assertThat(summary.getSummary().getTestsSucceededCount())
        .isGreaterThanOrEqualTo(suites.size())
        .isEqualTo(summary.getSummary().getTestsFoundCount());
  }

  /** The names of the test classes of this module. */
  private static List<String> suites() throws Exception {
    Path classes =
        Path.of(
            OwnClassLoaderTest.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    try (Stream<Path> files = Files.walk(classes)) {
      return files
          .map(file -> classes.relativize(file).toString().replace(File.separatorChar, '.'))
          .filter(name -> name.endsWith("Test.class"))
          .map(name -> name.substring(0, name.length() - ".class".length()))
          .filter(name -> !LEFT_OUT.contains(name))
          .sorted()
          .toList();
    }
  }

  private static List<URL> classPath() throws IOException {
    List<URL> urls = new ArrayList<>();
    for (String path : pathsOf(System.getProperty("java.class.path"))) {
      urls.add(url(path));
    }
    return urls;
  }

  private static List<String> pathsOf(String classPath) {
    return Arrays.asList(classPath.split(File.pathSeparator));
  }

  private static URL url(String path) throws MalformedURLException {
    return Path.of(path).toAbsolutePath().toUri().toURL();
  }
}
