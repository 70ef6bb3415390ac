package io.millrace.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every block of Java in the README and the guide is code of this module that a test runs, word for
 * word: the lines between {@code // PAGE begin} and {@code // PAGE end}, moved to the left.
 */
class DocumentedCodeTest {

  private static final Path PROJECT = Path.of(System.getProperty("basedir", ".")).resolve("..");
  private static final String README = "README.md";
  private static final String GUIDE = "docs/guide";
  private static final int MAX_LINES = 100;

  private static final Pattern BLOCK = Pattern.compile("(?ms)^```java\n(.*?)^```$");
  private static final Pattern LINK = Pattern.compile("]\\(([^)#:]+)\\)");
  private static final Pattern SNIPPET =
      Pattern.compile("(?ms)^ *// (\\S+\\.md) begin\n(.*?)^ *// (\\S+\\.md) end$");

  /** Code that says on which page it is shown. */
  private record Snippet(String page, String code) {}

  static List<String> guidePages() {
    return files(PROJECT.resolve(GUIDE)).map(path -> GUIDE + "/" + path.getFileName()).toList();
  }

  static List<String> pages() {
    return Stream.concat(Stream.of(README), guidePages().stream()).toList();
  }

  @ParameterizedTest
  @MethodSource("pages")
  void page_showsCodeThatIsRun(String page) {
    List<String> blocks =
        BLOCK.matcher(read(page)).results().map(block -> block.group(1).strip()).toList();

    assertThat(blocks).isNotEmpty();
    assertThat(snippets())
        .filteredOn(snippet -> snippet.page().equals(page))
        .extracting(Snippet::code)
        .containsExactlyInAnyOrderElementsOf(blocks);
  }

  @Test
  void snippets_areOnPagesThatExist() {
    assertThat(snippets()).hasSizeGreaterThan(8).extracting(Snippet::page).isSubsetOf(pages());
  }

  @ParameterizedTest
  @MethodSource("guidePages")
  void page_isShort_andItsLinksLeadSomewhere(String page) {
    Path folder = PROJECT.resolve(page).resolveSibling("");
    List<String> links =
        LINK.matcher(read(page)).results().map(link -> link.group(1)).distinct().toList();

    assertThat(read(page).lines().count()).isLessThanOrEqualTo(MAX_LINES);
    assertThat(links)
        .isNotEmpty()
        .allSatisfy(link -> assertThat(folder.resolve(link)).as(link).exists());
  }

  private static List<Snippet> snippets() {
    List<Snippet> snippets = new ArrayList<>();
    for (String root : List.of("examples/src/main/java", "examples/src/test/java")) {
      files(PROJECT.resolve(root))
          .filter(path -> path.toString().endsWith(".java"))
          .forEach(path -> addSnippets(read(path), snippets));
    }
    return snippets;
  }

  private static void addSnippets(String source, List<Snippet> snippets) {
    Matcher matcher = SNIPPET.matcher(source);
    while (matcher.find()) {
      assertThat(matcher.group(3))
          .as("the page that the mark at the end names")
          .isEqualTo(matcher.group(1));
      snippets.add(new Snippet(matcher.group(1), matcher.group(2).stripTrailing().stripIndent()));
    }
  }

  private static Stream<Path> files(Path root) {
    try (Stream<Path> walk = Files.walk(root)) {
      return walk.filter(Files::isRegularFile).sorted().toList().stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String read(String page) {
    return read(PROJECT.resolve(page));
  }

  private static String read(Path path) {
    try {
      return Files.readString(path);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
