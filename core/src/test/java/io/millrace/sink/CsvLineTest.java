package io.millrace.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.LocalDate;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class CsvLineTest {

  @Test
  void of_leavesPlainFieldsAsTheyAre() {
    assertThat(CsvLine.of(List.of("a b", 7, 0.5, true, LocalDate.of(2024, 2, 29), " x ")))
        .isEqualTo("a b,7,0.5,true,2024-02-29, x ");
  }

  @Test
  void of_quotesCommasQuotesAndLineBreaks() {
    assertThat(CsvLine.of(List.of("a,b", "say \"hi\"", "one\ntwo", "cr\r", "'", ";")))
        .isEqualTo("\"a,b\",\"say \"\"hi\"\"\",\"one\ntwo\",\"cr\r\",',;");
  }

  @Test
  void of_tellsNullFromTheEmptyString() {
    assertThat(CsvLine.of(Arrays.asList(null, "", null))).isEqualTo(",\"\",");
  }

  @Test
  void of_neverMakesABlankLine() {
    assertThat(CsvLine.of(Collections.singletonList(null))).isEqualTo("\"\"");
    assertThatThrownBy(() -> CsvLine.of(List.of())).hasMessageContaining("at least one field");
  }
}
