package io.millrace.internal.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PathPatternTest {

  @ParameterizedTest
  @CsvSource({
    "*.txt, a.txt, true",
    "*.txt, .txt, true",
    "*.txt, a_txt, false",
    "a?c, abc, true",
    "a?c, ac, false",
    "[a-c]x, bx, true",
    "[a-c]x, dx, false",
    "[!a-c]x, dx, true",
    "[^a-c]x, bx, false",
    "'[]]x', ']x', true",
    "a\\*b, a*b, true",
    "a\\*b, axb, false",
    "a.b, axb, false",
    "(a)+$, (a)+$, true",
    "'[&&^]', '^', true"
  })
  void regex_matchesWholeNames(String pattern, String name, boolean matches) {
    assertThat(PathPattern.regex(pattern).matcher(name).matches()).isEqualTo(matches);
  }

  @Test
  void alternatives_writesOutNestedBraces() {
    assertThat(PathPattern.alternatives("{a,b{c,d/e}}f{,g}"))
        .containsExactly("af", "afg", "bcf", "bcfg", "bd/ef", "bd/efg");
    assertThat(PathPattern.alternatives("plain")).containsExactly("plain");
    assertThat(PathPattern.alternatives("a\\{b")).containsExactly("a\\{b");
  }

  @Test
  void patternsThatAreNotClosedAreRefusedByName() {
    assertThatThrownBy(() -> PathPattern.alternatives("a{b,c"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("a{b,c");
    assertThatThrownBy(() -> PathPattern.regex("a[b"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("a[b");
    assertThatThrownBy(() -> PathPattern.regex("[z-a]"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("[z-a]");
  }
}
