package io.millrace.internal.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class ForwardWriteTest {

  private final AtomicInteger attempts = new AtomicInteger();

  @Test
  void whatNobodyHasComeTo_isMadeByWhoWaits() throws IOException {
    ForwardWrite write = ForwardWrite.begin(attempts::incrementAndGet, task -> {});
    assertThat(attempts).hasValue(0);
    assertThat(write.await()).isTrue();
    assertThat(attempts).hasValue(1);
  }

  @Test
  void whatIsRefused_isMadeByWhoWaits() throws IOException {
    ForwardWrite write =
        ForwardWrite.begin(
            attempts::incrementAndGet,
            task -> {
              throw new RejectedExecutionException("full");
            });
    assertThat(write.await()).isTrue();
    assertThat(attempts).hasValue(1);
  }

  @Test
  void whatAnotherThreadHasMade_isNotMadeAgain() throws IOException {
    ForwardWrite write = ForwardWrite.begin(attempts::incrementAndGet, Runnable::run);
    assertThat(attempts).hasValue(1);
    assertThat(write.await()).isTrue();
    assertThat(attempts).hasValue(1);
  }

  @Test
  void whoWaitsForAnotherThread_keepsAnInterruptForLater() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    ForwardWrite write =
        ForwardWrite.begin(
            () -> {
              begun.countDown();
              while (go.getCount() > 0) {
                Thread.onSpinWait();
              }
              attempts.incrementAndGet();
            },
            task -> new Thread(task).start());
    begun.await();
    Thread waiting = Thread.currentThread();
    Thread interrupting =
        new Thread(
            () -> {
              while (waiting.getState() != Thread.State.WAITING) {
                Thread.onSpinWait();
              }
              waiting.interrupt();
              go.countDown();
            });
    interrupting.start();
    assertThat(write.await()).isTrue();
    interrupting.join();
    assertThat(Thread.interrupted()).isTrue();
    assertThat(attempts).hasValue(1);
  }

  @Test
  void aFailure_isToldToWhoWaits_andTheNextWaitIsTheNextAttempt() throws IOException {
    ForwardWrite write =
        ForwardWrite.begin(
            () -> {
              if (attempts.incrementAndGet() < 3) {
                throw new IOException("attempt " + attempts);
              }
            },
            Runnable::run);
    assertThatThrownBy(write::await).isInstanceOf(IOException.class).hasMessage("attempt 1");
    assertThatThrownBy(write::await).isInstanceOf(IOException.class).hasMessage("attempt 2");
    assertThat(write.await()).isTrue();
  }
}
