package io.millrace.internal.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.JobFailedException;
import io.millrace.internal.system.SystemClock;
import io.millrace.spi.LostRecordsException;
import io.millrace.stream.CheckpointException;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class PatienceTest {

  private final AtomicInteger attempts = new AtomicInteger();

  private static Patience patience(Duration limit) {
    return new Patience(new SystemClock(), limit, () -> false, Runnable::run);
  }

  @Test
  void aStorageThatRecovers_isWrittenToAgain() {
    String written =
        patience(Duration.ofSeconds(20))
            .write(
                "a batch",
                () -> {
                  if (attempts.incrementAndGet() < 3) {
                    throw new JobFailedException("no", new IOException("disk full"));
                  }
                  return "written";
                });
    assertThat(written).isEqualTo("written");
    assertThat(attempts).hasValue(3);
  }

  @Test
  void aStorageThatFailsForTooLong_isGivenUp() {
    assertThatThrownBy(
            () ->
                patience(Duration.ZERO)
                    .write(
                        "a batch",
                        () -> {
                          throw new IOException("disk full");
                        }))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("can't be written any more (a batch): disk full");
  }

  /** Of an executor that dies, or hangs, between a step of a state and the writing of it. */
  @Test
  void whatIsLostBeforeItIsWritten_isNotTheStoragesFault_soThatTheBatchIsRunAgain() {
    JobFailedException lost = new JobFailedException("gone", new LostRecordsException("gone"));
    assertThatThrownBy(
            () ->
                patience(Duration.ofSeconds(20))
                    .write(
                        "a batch",
                        () -> {
                          attempts.incrementAndGet();
                          throw lost;
                        }))
        .isSameAs(lost);
    assertThat(attempts).hasValue(1);
  }
}
