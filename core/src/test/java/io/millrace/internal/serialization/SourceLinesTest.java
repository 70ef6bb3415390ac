package io.millrace.internal.serialization;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import org.junit.jupiter.api.Test;

class SourceLinesTest {
  private static final String NAME = SourceLinesTest.class.getName().replace('.', '/');

  // Constants of the kinds that take two entries of the constant pool.
  private static final long WIDE_LONG = 0x123456789ABCDEFL;
  private static final double WIDE_DOUBLE = 1.2345e67;

  @Test
  void find_givesTheFirstLineOfTheMethod() {
    int line = wanted();

    assertThat(find(getClass().getClassLoader(), "wanted", "()I"))
        .isEqualTo("SourceLinesTest.java:" + line);
  }

  @Test
  void find_tellsOverloadsApart() {
    assertThat(find(getClass().getClassLoader(), "wanted", "(JD)I"))
        .isNotEqualTo(find(getClass().getClassLoader(), "wanted", "()I"))
        .startsWith("SourceLinesTest.java:");
  }

  @Test
  void find_isEmptyForWhatIsNotThere() {
    ClassLoader loader = getClass().getClassLoader();

    assertThat(find(loader, "unwanted", "()I")).isEqualTo("nowhere");
    assertThat(SourceLines.find(loader, "no/such/Class", "wanted", "()I")).isEmpty();
    assertThat(find(null, "wanted", "()I")).isEqualTo("nowhere");
  }

  @Test
  void find_isEmptyForAClassFileThatIsTornAnywhere() throws Exception {
    byte[] whole;
    try (InputStream in = getClass().getResourceAsStream("SourceLinesTest.class")) {
      whole = in.readAllBytes();
    }
    for (int length = 0; length < whole.length; length += 1 + length / 50) {
      byte[] torn = java.util.Arrays.copyOf(whole, length);
      assertThat(find(loaderOf(torn), "wanted", "()I")).isEqualTo("nowhere");
    }
    assertThat(find(loaderOf("no class file".getBytes("UTF-8")), "wanted", "()I"))
        .isEqualTo("nowhere");
  }

  private static int wanted() {
    return StackWalker.getInstance().walk(s -> s.findFirst().orElseThrow().getLineNumber());
  }

  static int wanted(long a, double b) {
    return (int) (a * WIDE_LONG + b * WIDE_DOUBLE);
  }

  private static String find(ClassLoader loader, String method, String descriptor) {
    return SourceLines.find(loader, NAME, method, descriptor).orElse("nowhere");
  }

  private static ClassLoader loaderOf(byte[] classFile) {
    return new ClassLoader(null) {
      @Override
      public InputStream getResourceAsStream(String name) {
        return new ByteArrayInputStream(classFile);
      }
    };
  }
}
