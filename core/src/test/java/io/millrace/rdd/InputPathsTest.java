package io.millrace.rdd;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class InputPathsTest {

  @Test
  void separate_cutsAtCommasOutsideOfBraces() {
    assertThat(InputPaths.separate("a,b/{c,d{e,f}},g")).containsExactly("a", "b/{c,d{e,f}}", "g");
    assertThat(InputPaths.separate("a b")).containsExactly("a b");
  }
}
