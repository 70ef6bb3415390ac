package io.millrace.hadoop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.lang.reflect.Method;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What clients are set to, by a Hadoop that nobody in this JVM has used before. */
class ClientConfigurationTest {

  private static final URI LOCATION = URI.create("hdfs://nameservice/a");

  private final ClassLoader before = Thread.currentThread().getContextClassLoader();
  private @TempDir Path site;
  private URLClassLoader fresh;

  @BeforeEach
  void loadAnew() throws MalformedURLException {
    List<URL> classPath = new ArrayList<>();
    classPath.add(site.toUri().toURL());
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
      classPath.add(Path.of(entry).toUri().toURL());
    }
    fresh = new URLClassLoader(classPath.toArray(URL[]::new), ClassLoader.getPlatformClassLoader());
    Thread.currentThread().setContextClassLoader(fresh);
  }

  @AfterEach
  void unload() throws IOException {
    Thread.currentThread().setContextClassLoader(before);
    fresh.close();
  }

  private UnaryOperator<String> configuration() throws ReflectiveOperationException {
    Method of =
        fresh.loadClass(ClientConfiguration.class.getName()).getDeclaredMethod("of", URI.class);
    of.setAccessible(true);
    Object configuration = of.invoke(null, LOCATION);
    Method get = configuration.getClass().getMethod("get", String.class);
    return key -> {
      try {
        return (String) get.invoke(configuration, key);
      } catch (ReflectiveOperationException e) {
        throw new AssertionError(e);
      }
    };
  }

  private void writeSite(String file, String key, String value) throws IOException {
    Files.writeString(
        site.resolve(file),
        String.format(
            "<configuration><property><name>%s</name><value>%s</value></property></configuration>",
            key, value));
  }

  @Test
  void of_givesUpSoonAndReadsWhatWasWritten() throws Exception {
    UnaryOperator<String> configuration = configuration();

    assertThat(configuration.apply("ipc.client.connect.max.retries")).isEqualTo("3");
    assertThat(configuration.apply("ipc.client.connect.timeout")).isEqualTo("5000");
    assertThat(configuration.apply("ipc.client.connect.max.retries.on.timeouts")).isEqualTo("3");
    assertThat(configuration.apply("ipc.client.rpc-timeout.ms")).isEqualTo("30000");
    assertThat(configuration.apply("dfs.client.failover.max.attempts")).isEqualTo("7");
    assertThat(configuration.apply("dfs.client.block.write.locateFollowingBlock.initial.delay.ms"))
        .isEqualTo("4");
    assertThat(configuration.apply("fs.automatic.close")).isEqualTo("false");
    assertThat(configuration.apply("dfs.client.failover.observer.auto-msync-period.nameservice"))
        .isEqualTo("0");
  }

  @Test
  void of_leavesWhatTheUserHasSetForAllOfHadoop() throws Exception {
    writeSite("core-site.xml", "ipc.client.connect.max.retries", "9");

    assertThat(configuration().apply("ipc.client.connect.max.retries")).isEqualTo("9");
  }

  @Test
  void of_leavesWhatTheUserHasSetForHdfs() throws Exception {
    writeSite("hdfs-site.xml", "dfs.client.failover.max.attempts", "99");

    assertThat(configuration().apply("dfs.client.failover.max.attempts")).isEqualTo("99");
  }
}
