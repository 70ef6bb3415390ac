package io.millrace.internal.serialization;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RemedyTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "io.millrace.rdd.RDD",
        "io.millrace.rdd.RDDContext",
        "io.millrace.stream.DStream",
        "io.millrace.stream.StreamingContext"
      })
  void forDriverType_saysThatMillracesOwnObjectsStayOnTheDriver(String className) {
    assertThat(Remedy.forDriverType(className))
        .hasValueSatisfying(
            hint -> assertThat(hint).contains("stay on the driver", "join", "broadcast"));
  }

  @Test
  void forDriverType_isEmptyForTheUsersTypes() {
    assertThat(Remedy.forDriverType("io.millrace.streaming.Job")).isEmpty();
    assertThat(Remedy.forDriverType("com.acme.Job")).isEmpty();
  }
}
