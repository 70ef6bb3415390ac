package io.millrace.spark;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.MillraceException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SparkVersionTest {

  @Test
  void theVersionOnTheClassPath_fits() {
    assertThatCode(SparkVersion::requireSupported).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @ValueSource(strings = {"4.2.0", "4.2.11", "4.2.1-SNAPSHOT"})
  void maintenanceReleases_fit(String version) {
    assertThatCode(() -> SparkVersion.requireSupported(version)).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @ValueSource(strings = {"3.5.6", "4.1.0", "4.20.0", "5.0.0"})
  void otherVersions_areRefused_withThoseThatFit(String version) {
    assertThatThrownBy(() -> SparkVersion.requireSupported(version))
        .isInstanceOf(MillraceException.class)
        .hasMessageContaining("Spark " + version)
        .hasMessageContaining("4.2.x");
  }

  @Test
  void withoutSpark_theArtifactIsNamed() {
    assertThatThrownBy(() -> SparkVersion.requireSupported((String) null))
        .isInstanceOf(MillraceException.class)
        .hasMessageContaining("no Spark on the class path")
        .hasMessageContaining("org.apache.spark:spark-core_2.13");
  }
}
