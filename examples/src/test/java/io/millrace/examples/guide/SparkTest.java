package io.millrace.examples.guide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.Conf;
import io.millrace.InvalidSettingException;
import io.millrace.rdd.RDDContext;
import java.util.List;
import org.junit.jupiter.api.Test;

class SparkTest {

  @Test
  void aProgramWithoutMaster_runsWhereTheProcessSays() {
    assertThat(System.setProperty("millrace.master", "local[2]")).isNull();
    try {
      // docs/guide/spark.md begin
      // Where it runs, spark-submit or millrace run says.
      Conf conf = new Conf().setAppName("totals");
      // docs/guide/spark.md end
      try (RDDContext context = new RDDContext(conf)) {
        assertThat(context.parallelize(List.of(1, 2)).count()).isEqualTo(2);
      }
    } finally {
      System.clearProperty("millrace.master");
    }
  }

  @Test
  void withoutTheModule_theArtifactIsNamed() {
    for (String master :
        List.of(
            "spark://host:7077", "yarn", "k8s://host", "local-cluster[2,1,1024]", "spark-local")) {
      assertThatThrownBy(() -> new RDDContext(master, "totals"))
          .isInstanceOf(InvalidSettingException.class)
          .hasMessageContaining(master)
          .hasMessageContaining("io.millrace:millrace-spark");
    }
    Conf conf = new Conf(false).setMaster("local[2]").set("millrace.engine", "spark");
    assertThatThrownBy(() -> new RDDContext(conf))
        .hasMessageContaining("there are [embedded]")
        .hasMessageContaining("io.millrace:millrace-spark");
  }
}
