package io.millrace.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.InvalidSettingException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SparkMasterTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "spark://host:7077",
        "spark://10.0.0.1:7077,spark.example.org:7078",
        "spark://[::1]:7077",
        "yarn",
        "k8s://https://host:443",
        "local-cluster[2,1,1024]"
      })
  void clusters_areSparksOwnNames(String master) {
    assertThat(SparkMaster.isOfSpark(master)).isTrue();
    assertThat(SparkMaster.parse(master).urlWith(4)).isEqualTo(master);
    assertThat(SparkMaster.parse(master).isLocal()).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiterString = "=>",
      textBlock =
          """
          spark-local          => local[1,4]
          spark-local[2]       => local[2,4]
          spark-local[*]       => local[*,4]
          spark-local[2,1]     => local[2,1]
          local                => local[1,4]
          local[ 3 ]           => local[3,4]
          local[*,2]           => local[*,2]
          """)
  void localMasters_haveTheAttemptsOfTheSetting_unlessTheySayThemselves(String master, String url) {
    assertThat(SparkMaster.parse(master).urlWith(4)).isEqualTo(url);
    assertThat(SparkMaster.parse(master).isLocal()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"local", "local[2]", "local[*]", "yarns", ""})
  void mastersOfOtherEngines_areNotTaken(String master) {
    assertThat(SparkMaster.isOfSpark(master)).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiterString = "=>",
      quoteCharacter = '"',
      textBlock =
          """
          spark://                   => '' is no host:port
          spark://host               => 'host' is no host:port
          spark://host:0             => 'host:0' is no host:port
          spark://host:70777         => 'host:70777' is no host:port
          spark://a:7077,            => '' is no host:port
          spark://http://a:7077      => 'http://a:7077' is no host:port
          k8s://                     => k8s://…
          local-cluster[2,1]         => local-cluster[workers,cores,megabytes]
          local-cluster[0,1,1024]    => local-cluster[workers,cores,megabytes]
          spark-local[0]             => spark-local[threads]
          spark-local[2              => spark-local[threads]
          mesos://host:5050          => Spark runs on spark://host:port, yarn
          """)
  void malformedMasters_areRefused_withWhatIsExpected(String master, String message) {
    assertThatThrownBy(() -> SparkMaster.parse(master))
        .isInstanceOf(InvalidSettingException.class)
        .hasMessageStartingWith("millrace.master=" + master + ": ")
        .hasMessageContaining(message.strip());
  }

  @Test
  void addresses_areThoseOfStandaloneMasters() {
    assertThat(SparkMaster.parse("spark://a:1,b:2").addresses()).containsExactly("a:1", "b:2");
    assertThat(SparkMaster.parse("yarn").addresses()).isEmpty();
  }
}
