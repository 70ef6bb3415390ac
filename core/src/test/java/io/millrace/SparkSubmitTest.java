package io.millrace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SparkSubmitTest {

  /** As spark-submit leaves the system properties. */
  private final Map<String, String> properties =
      new TreeMap<>(
          Map.of(
              "spark.submit.deployMode", "client",
              "spark.master", "yarn",
              "spark.app.name", "com.example.Totals",
              "spark.executor.memory", "4g"));

  private Map<String, String> file = Map.of();
  private Map<String, String> environment = Map.of();

  private Conf conf() {
    return new Conf(
        new SettingSources(
            new SettingSources.PropertiesFile("here", file), environment, properties));
  }

  @ParameterizedTest
  @CsvSource(
      delimiterString = "=>",
      textBlock =
          """
          yarn                    => yarn
          spark://host:7077       => spark://host:7077
          k8s://https://host:443  => k8s://https://host:443
          local-cluster[2,1,1024] => local-cluster[2,1,1024]
          local                   => spark-local
          local[*]                => spark-local[*]
          local[2,3]              => spark-local[2,3]
          """)
  void master_isThatOfSparkSubmit_onSparkAlsoIfLocal(String submitted, String master) {
    properties.put("spark.master", submitted);
    assertThat(conf().get(Settings.MASTER)).isEqualTo(master);
    assertThat(conf().origin("millrace.master")).isEqualTo("spark-submit, spark.master");
  }

  @Test
  void keysThatMillraceHasANameFor_areTaken_othersAreSparks() {
    properties.put("spark.default.parallelism", "12");
    properties.put("spark.task.maxFailures", "8");
    assertThat(conf().get(Settings.APP_NAME)).isEqualTo("com.example.Totals");
    assertThat(conf().get(Settings.DEFAULT_PARALLELISM)).isEqualTo(12);
    assertThat(conf().get(Settings.TASK_MAX_FAILURES)).isEqualTo(8);
    assertThat(conf().contains("spark.executor.memory")).isFalse();
  }

  @Test
  void fileOfTheProgram_givesWay_everythingElseWins() {
    file = Map.of("millrace.master", "local[1]");
    assertThat(conf().get(Settings.MASTER)).isEqualTo("yarn");
    environment = Map.of("MILLRACE_MASTER", "local[2]");
    assertThat(conf().get(Settings.MASTER)).isEqualTo("local[2]");
    properties.put("millrace.master", "local[3]");
    assertThat(conf().get(Settings.MASTER)).isEqualTo("local[3]");
    assertThat(conf().setMaster("local[4]").get(Settings.MASTER)).isEqualTo("local[4]");
    assertThat(conf().setIfMissing("millrace.master", "local[5]").get(Settings.MASTER))
        .isEqualTo("local[3]");
  }

  @Test
  void propertiesWithoutSparkSubmit_areNotRead() {
    properties.remove("spark.submit.deployMode");
    assertThat(conf().contains("millrace.master")).isFalse();
    assertThat(conf().contains("millrace.app.name")).isFalse();
  }

  @Test
  void aValueThatCanNotBe_isToldWithItsOrigin() {
    properties.put("spark.default.parallelism", "many");
    assertThatThrownBy(this::conf)
        .isInstanceOf(InvalidSettingException.class)
        .hasMessageContaining("millrace.default.parallelism")
        .hasMessageContaining("many")
        .hasMessageContaining("spark-submit, spark.default.parallelism");
  }
}
