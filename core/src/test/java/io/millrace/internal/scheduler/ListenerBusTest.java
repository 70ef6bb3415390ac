package io.millrace.internal.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.stream.StreamingListener;
import io.millrace.stream.StreamingListenerEvent.StreamingListenerStreamingStarted;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class ListenerBusTest {

  private final List<Long> heard = new CopyOnWriteArrayList<>();
  private final CountDownLatch begun = new CountDownLatch(1);
  private final CountDownLatch release = new CountDownLatch(1);

  private static StreamingListenerStreamingStarted event(long number) {
    return new StreamingListenerStreamingStarted(number);
  }

  private StreamingListener recording() {
    return new StreamingListener() {
      @Override
      public void onStreamingStarted(StreamingListenerStreamingStarted started) {
        heard.add(started.time());
      }
    };
  }

  /** Waits within its first event. */
  private StreamingListener waiting() {
    return new StreamingListener() {
      @Override
      public void onStreamingStarted(StreamingListenerStreamingStarted started) {
        heard.add(started.time());
        begun.countDown();
        try {
          release.await();
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
        }
      }
    };
  }

  @Test
  void events_areToldInOrder_theLastBeforeStopReturns() throws Exception {
    ListenerBus bus = new ListenerBus(100, "test");
    bus.add(recording());
    bus.start();
    for (int i = 0; i < 50; i++) {
      bus.post(event(i));
    }
    bus.stop(5_000);
    assertThat(heard).hasSize(50).isSorted();
  }

  @Test
  void events_thatDoNotFitTheQueue_areDroppedAndCounted() throws Exception {
    ListenerBus bus = new ListenerBus(3, "test");
    bus.add(waiting());
    bus.start();
    bus.post(event(0));
    begun.await();
    for (int i = 1; i <= 10; i++) {
      bus.post(event(i));
    }
    assertThat(bus.numDropped()).isEqualTo(7);
    release.countDown();
    bus.stop(5_000);
    assertThat(heard).containsExactly(0L, 1L, 2L, 3L);
  }

  @Test
  void events_areNotMadeWhenNobodyListens() throws Exception {
    ListenerBus bus = new ListenerBus(1, "test");
    assertThat(bus.isHeard()).isFalse();
    bus.start();
    bus.post(event(0));
    bus.post(event(1));
    StreamingListener listener = recording();
    bus.add(listener);
    assertThat(bus.isHeard()).isTrue();
    bus.remove(listener);
    assertThat(bus.isHeard()).isFalse();
    assertThat(bus.numDropped()).isZero();
    bus.stop(5_000);
  }

  @Test
  void listener_thatThrows_stopsNeitherOthersNorLaterEvents() throws Exception {
    ListenerBus bus = new ListenerBus(10, "test");
    bus.add(
        new StreamingListener() {
          @Override
          public void onStreamingStarted(StreamingListenerStreamingStarted started) {
            if (started.time() == 0) {
              throw new IllegalStateException("an exception");
            }
            throw new NoClassDefFoundError("an error");
          }
        });
    bus.add(recording());
    bus.start();
    bus.post(event(0));
    bus.post(event(1));
    bus.stop(5_000);
    assertThat(heard).containsExactly(0L, 1L);
  }

  @Test
  void stop_fromAListener_doesNotWaitForItself() throws Exception {
    ListenerBus bus = new ListenerBus(10, "test");
    CountDownLatch returned = new CountDownLatch(1);
    bus.add(
        new StreamingListener() {
          @Override
          public void onStreamingStarted(StreamingListenerStreamingStarted started) {
            try {
              bus.stop(60_000);
              returned.countDown();
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            }
          }
        });
    bus.start();
    bus.post(event(0));
    returned.await();
  }

  @Test
  void stop_leavesAListenerThatHangsBehind_withTheRestUntold() throws Exception {
    ListenerBus bus = new ListenerBus(2, "test");
    bus.add(waiting());
    bus.start();
    bus.post(event(0));
    begun.await();
    bus.post(event(1));
    bus.post(event(2));
    bus.stop(20);
    bus.post(event(3));
    assertThat(bus.isHeard()).isFalse();
    assertThat(heard).containsExactly(0L);
    bus.stop(20);
  }

  @Test
  void stop_beforeTheStart_isFine() throws Exception {
    ListenerBus bus = new ListenerBus(2, "test");
    bus.stop(60_000);
    bus.stop(60_000);
  }
}
