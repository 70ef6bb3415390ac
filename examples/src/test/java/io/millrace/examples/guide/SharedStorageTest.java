package io.millrace.examples.guide;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.Conf;
import io.millrace.stream.StreamingContext;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class SharedStorageTest {

  @Test
  void withoutTheModule_aLocationIsRefusedByName() {
    try (StreamingContext context =
        new StreamingContext(
            new Conf().setMaster("local[2]").setAppName("totals"), Duration.ofSeconds(1))) {
      context.constantStream(context.rddContext().parallelize(List.of(1))).count().print();
      // docs/guide/shared-storage.md begin
      context.checkpoint("s3://payments-state/totals?region=eu-central-1");
      // docs/guide/shared-storage.md end
      assertThatThrownBy(context::start).hasMessageContaining("s3://payments-state/totals");
    }
  }
}
