package io.millrace.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.s3.Attempts.Request;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.core.exception.SdkClientException;

class AttemptsTest {

  private final Attempts attempts = new Attempts(Duration.ofMillis(1), Duration.ofSeconds(20));
  private final AtomicInteger numSent = new AtomicInteger();

  @AfterEach
  void endInterrupt() {
    Thread.interrupted();
  }

  /** Succeeds only when it is sent once more than it fails. */
  private Request<Integer> failing(int numTimes, RuntimeException failure) {
    return () -> {
      if (numSent.incrementAndGet() <= numTimes) {
        throw failure;
      }
      return numSent.get();
    };
  }

  @Test
  void run_sendsARequestAgainThatATimeOutOfTheOneBeforeHasAborted() throws IOException {
    Thread.currentThread().interrupt();

    assertThat(attempts.run(failing(1, AbortedException.create("interrupted")))).isEqualTo(2);
    assertThat(Thread.currentThread().isInterrupted()).isFalse();
  }

  @Test
  void run_sendsFiveTimesInAllAndThrowsWhatTheLastHasFailedWith() {
    SdkClientException failure = SdkClientException.create("as told", new IOException());

    assertThatThrownBy(() -> attempts.run(failing(5, failure))).isSameAs(failure);
    assertThat(numSent).hasValue(5);
  }

  @Test
  void run_sendsOnceWhatCantSucceed() {
    SdkClientException failure = SdkClientException.create("no credentials");

    assertThatThrownBy(() -> attempts.run(failing(1, failure))).isSameAs(failure);
    assertThat(numSent).hasValue(1);
  }

  @Test
  void timeout_growsWithWhatIsSent() {
    assertThat(attempts.timeout(0)).isEqualTo(Duration.ofSeconds(20));
    assertThat(attempts.timeout(5 << 20)).isEqualTo(Duration.ofSeconds(25));
  }
}
