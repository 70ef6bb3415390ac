package io.millrace.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.Conf;
import io.millrace.InvalidSettingException;
import io.millrace.Settings;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;

class SparkSettingsTest {

  private final Conf conf = new Conf(false);

  private SparkSettings settings(String master) {
    return SparkSettings.of(SparkMaster.parse(master), conf);
  }

  @Test
  void keysOfSpark_arePassedOn_overThoseOfTheProcess() {
    System.setProperty("spark.executor.memory", "2g");
    System.setProperty("spark.executor.cores", "3");
    try {
      conf.set("spark.executor.memory", "4g");
      SparkConf spark = settings("yarn").spark();
      assertThat(spark.get("spark.executor.memory")).isEqualTo("4g");
      assertThat(spark.get("spark.executor.cores")).isEqualTo("3");
    } finally {
      System.clearProperty("spark.executor.memory");
      System.clearProperty("spark.executor.cores");
    }
  }

  @Test
  void millracesOwnSettings_becomeSparks() {
    conf.setAppName("totals")
        .set(Settings.DEFAULT_PARALLELISM, 7)
        .set(Settings.TASK_MAX_FAILURES, 2);
    SparkConf spark = settings("spark-local[3]").spark();
    assertThat(spark.get("spark.master")).isEqualTo("local[3,2]");
    assertThat(spark.get("spark.app.name")).isEqualTo("totals");
    assertThat(spark.get("spark.default.parallelism")).isEqualTo("7");
    assertThat(spark.get("spark.task.maxFailures")).isEqualTo("2");
  }

  @Test
  void anotherSerializer_isRefusedFromTheProgram_andNotUsedFromTheProcess() {
    System.setProperty("spark.serializer", "org.apache.spark.serializer.KryoSerializer");
    try {
      assertThat(settings("yarn").spark().get("spark.serializer"))
          .isEqualTo("org.apache.spark.serializer.JavaSerializer");
    } finally {
      System.clearProperty("spark.serializer");
    }
    conf.set("spark.serializer", "org.apache.spark.serializer.KryoSerializer");
    assertThatThrownBy(() -> settings("yarn"))
        .isInstanceOf(InvalidSettingException.class)
        .hasMessageContaining("KryoSerializer")
        .hasMessageContaining("remove the setting");
  }

  @Test
  void aContextOfTheSameSettings_serves() {
    SparkConf active = settings("spark-local[2]").spark();
    conf.setAppName("another name");
    assertThatCode(() -> settings("spark-local[2]").requireServedBy(active))
        .doesNotThrowAnyException();
    assertThatCode(
            () ->
                settings("spark-local[2]")
                    .requireServedBy(new SparkConf(false).set("spark.master", "local[2]")))
        .as("attempts that nobody has asked for")
        .doesNotThrowAnyException();
  }

  @Test
  void aContextElsewhere_doesNotServe() {
    SparkConf active = settings("spark-local[2]").spark();
    assertThatThrownBy(() -> settings("yarn").requireServedBy(active))
        .isInstanceOf(InvalidSettingException.class)
        .hasMessageContaining("millrace.master=yarn is wanted")
        .hasMessageContaining("with local[2]")
        .hasMessageContaining("one Spark context in a process");
  }

  @Test
  void aContextOfOtherSettings_doesNotServe() {
    SparkConf active = settings("spark-local[2]").spark();
    assertThatThrownBy(() -> settings("spark-local[2,1]").requireServedBy(active))
        .hasMessageContaining("spark.task.maxFailures=1 is wanted")
        .hasMessageContaining("with 4");
    conf.set("spark.executor.memory", "4g");
    assertThatThrownBy(() -> settings("spark-local[2]").requireServedBy(active))
        .isInstanceOf(InvalidSettingException.class)
        .hasMessageContaining("spark.executor.memory=4g is wanted")
        .hasMessageContaining("with unset");
  }
}
