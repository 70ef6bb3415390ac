package io.millrace.loading;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Programs, and the library, in class loaders other than the one of the application. */
class ClassLoaderTest {

  private static final String RIGHT = "2200 100 4000 {x=2, yy=2}";

  @TempDir private Path directory;

  @Test
  void program_runsInTheLoaderOfTheLibrary() throws Exception {
    assertThat(LoadedProgram.run(directory.toString())).isEqualTo(RIGHT);
  }

  @Test
  void program_runsInALoaderOfItsOwn() throws Exception {
    try (OwnLoader loader = OwnLoader.ofProgram(LoadedProgram.class)) {
      assertThat(loader.run(LoadedProgram.class, loader, directory.toString())).isEqualTo(RIGHT);
    }
  }

  @Test
  void program_runsWhenTheContextLoaderDoesNotKnowIt() throws Exception {
    try (OwnLoader loader = OwnLoader.ofProgram(LoadedProgram.class)) {
      ClassLoader context = ClassLoader.getPlatformClassLoader();
      assertThat(loader.run(LoadedProgram.class, context, directory.toString())).isEqualTo(RIGHT);
    }
  }

  @Test
  void program_runsWhenTheContextLoaderHasAnotherCopyOfIt() throws Exception {
    try (OwnLoader loader = OwnLoader.ofProgram(LoadedProgram.class)) {
      ClassLoader context = getClass().getClassLoader();
      assertThat(loader.run(LoadedProgram.class, context, directory.toString())).isEqualTo(RIGHT);
    }
  }

  @Test
  void program_runsWhenTheContextLoaderHasAnotherCopyOfTheLibrary() throws Exception {
    try (OwnLoader loader = OwnLoader.ofProgram(LoadedProgram.class);
        OwnLoader context = OwnLoader.ofAll()) {
      assertThat(loader.run(LoadedProgram.class, context, directory.toString())).isEqualTo(RIGHT);
    }
  }

  @Test
  @Tag("slow")
  void library_leavesNothingThatHoldsItsClassLoader() throws Exception {
    List<WeakReference<ClassLoader>> loaders = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      loaders.add(runAndDrop(directory.resolve(Integer.toString(i))));
    }
    // The compiler holds classes of methods that wait to be compiled, so this may take seconds.
    ReferenceQueue<Object> never = new ReferenceQueue<>();
    for (int i = 0; i < 600 && numReachable(loaders) > 0; i++) {
      System.gc();
      never.remove(100);
    }
    assertThat(numReachable(loaders)).isZero();
  }

  private static WeakReference<ClassLoader> runAndDrop(Path directory) throws Exception {
    OwnLoader loader = OwnLoader.ofAll();
    assertThat(loader.run(LoadedProgram.class, loader, directory.toString())).isEqualTo(RIGHT);
    loader.close();
    return new WeakReference<>(loader);
  }

  private static long numReachable(List<WeakReference<ClassLoader>> loaders) {
    return loaders.stream().filter(loader -> loader.get() != null).count();
  }
}
