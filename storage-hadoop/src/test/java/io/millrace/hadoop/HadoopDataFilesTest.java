package io.millrace.hadoop;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.Conf;
import io.millrace.rdd.RDDContext;
import io.millrace.spi.DataFiles;
import io.millrace.stream.StreamingContext;
import io.millrace.testkit.ManualClock;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.FileAlreadyExistsException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class HadoopDataFilesTest {

  private final HadoopDataFiles files = new HadoopDataFiles();
  private final String root = Cluster.newPlace();

  @BeforeEach
  void makeTree() throws IOException {
    for (String name :
        List.of("a/1.txt", "a/2.log", "a/_hidden", "a/.dot", "a/sub/3.txt", "b/1.txt")) {
      write(name, name);
    }
  }

  private void write(String name, String text) throws IOException {
    try (OutputStream out = files.create(root + "/" + name)) {
      out.write(text.getBytes(UTF_8));
    }
  }

  private String text(String name) throws IOException {
    try (InputStream in = files.open(root + "/" + name, 0)) {
      return new String(in.readAllBytes(), UTF_8);
    }
  }

  private List<String> list(String pattern) throws IOException {
    return files.list(root + "/" + pattern).stream()
        .map(file -> file.path().substring(root.length() + 1))
        .toList();
  }

  @Test
  void isFoundAsAService() {
    assertThat(ServiceLoader.load(DataFiles.class))
        .hasAtLeastOneElementOfType(HadoopDataFiles.class);
  }

  @Test
  void accepts_hdfsAlone() {
    assertThat(List.of("hdfs://host/a", "hdfs:///a", "viewfs://cluster/a"))
        .allMatch(files::accepts);
    assertThat(List.of("/a", "file:/a", "s3a://bucket/a", "s3://bucket/a"))
        .noneMatch(files::accepts);
  }

  @Test
  void list_ofADirectoryHasItsVisibleFilesOrderedByPath() throws IOException {
    assertThat(list("a")).containsExactly("a/1.txt", "a/2.log");
    assertThat(files.list(root + "/a").get(0).length()).isEqualTo(7);
    assertThat(files.list(root + "/a").get(0).modifiedMillis()).isPositive();
  }

  @Test
  void list_takesWildcardsInAnyComponent() throws IOException {
    assertThat(list("?/1.txt")).containsExactly("a/1.txt", "b/1.txt");
    assertThat(list("*/*.{txt,log}")).containsExactly("a/1.txt", "a/2.log", "b/1.txt");
    assertThat(list("[^b]/*.txt")).containsExactly("a/1.txt");
    assertThat(list("{a/2.log,b}")).containsExactly("a/2.log", "b/1.txt");
    assertThat(list("{a,a/1.txt,a}")).containsExactly("a/1.txt", "a/2.log");
    assertThat(list("a/s*")).containsExactly("a/sub/3.txt");
    assertThat(list("nothing*")).isEmpty();
  }

  @Test
  void list_takesHiddenFilesOnlyIfTheyAreNamed() throws IOException {
    assertThat(list("a/*")).containsExactly("a/1.txt", "a/2.log", "a/sub/3.txt");
    assertThat(list("a/_*")).containsExactly("a/_hidden");
    assertThat(list("a/_hidden")).containsExactly("a/_hidden");
  }

  @Test
  void list_failsForAMissingPathByName() {
    assertThatThrownBy(() -> list("missing"))
        .isInstanceOf(FileNotFoundException.class)
        .hasMessageContaining(root + "/missing");
  }

  @Test
  void open_startsAtTheOffset() throws IOException {
    try (InputStream in = files.open(root + "/a/1.txt", 2)) {
      assertThat(new String(in.readAllBytes(), UTF_8)).isEqualTo("1.txt");
    }
    assertThatThrownBy(() -> files.open(root + "/missing", 0))
        .isInstanceOf(FileNotFoundException.class);
  }

  @Test
  void create_makesDirectoriesAndRefusesAnExistingFile() throws IOException {
    write("new/deep/file", "x");

    assertThat(text("new/deep/file")).isEqualTo("x");
    assertThatThrownBy(() -> write("new/deep/file", "y"))
        .isInstanceOf(FileAlreadyExistsException.class);
  }

  @Test
  void move_refusesAnExistingTarget() throws IOException {
    for (String taken : List.of("b/1.txt", "b")) {
      assertThatThrownBy(() -> files.move(root + "/a/1.txt", root + "/" + taken))
          .isInstanceOf(FileAlreadyExistsException.class);
    }
    assertThat(text("b/1.txt")).isEqualTo("b/1.txt");

    files.move(root + "/a", root + "/new/a");

    assertThat(text("new/a/sub/3.txt")).isEqualTo("a/sub/3.txt");
    assertThat(files.exists(root + "/a")).isFalse();
  }

  @Test
  void delete_removesTreesAndWhatIsMissing() throws IOException {
    files.delete(root + "/a");
    files.delete(root + "/a");

    assertThat(files.exists(root + "/a")).isFalse();
    assertThat(files.exists(root + "/b/1.txt")).isTrue();
  }

  @Test
  void datasets_areReadAndSaved() throws IOException {
    write("in/part", "one\ntwo\nthree\n");
    try (RDDContext context = new RDDContext(new Conf().setMaster("local[2]").setAppName("hdfs"))) {
      context.textFile(root + "/in", 3).map(line -> line + "!").saveAsTextFile(root + "/out");

      assertThat(context.textFile(root + "/out/part-*").collect())
          .containsExactly("one!", "two!", "three!");
      assertThatThrownBy(() -> context.textFile(root + "/in").saveAsTextFile(root + "/out"))
          .hasMessageContaining(root + "/out");
    }
    assertThat(files.exists(root + "/out/_SUCCESS")).isTrue();
  }

  @Test
  void streams_takeFilesThatAreMovedIntoADirectory() throws Exception {
    ManualClock clock = new ManualClock();
    List<List<String>> batches = new ArrayList<>();
    write("drop/old", "old");
    Conf conf = new Conf().setMaster("local[2]").setAppName("hdfs");
    try (StreamingContext context =
        StreamingContext.builder(conf, Duration.ofSeconds(1)).clock(clock).build()) {
      context.textFileStream(root + "/drop", false).foreachRDD(rdd -> batches.add(rdd.collect()));
      context.start();
      awaitIdle(clock);
      for (int batch = 1; batch <= 2; batch++) {
        clock.advance(Duration.ofSeconds(1));
        awaitIdle(clock);
        write("staged" + batch, "line " + batch);
        files.move(root + "/staged" + batch, root + "/drop/file" + batch);
      }
    }
    assertThat(batches).containsExactly(List.of("old"), List.of("line 1"));
  }

  private static void awaitIdle(ManualClock clock) throws InterruptedException {
    while (!clock.awaitIdle(1, Duration.ofMillis(50))) {
      Thread.onSpinWait();
    }
  }
}
