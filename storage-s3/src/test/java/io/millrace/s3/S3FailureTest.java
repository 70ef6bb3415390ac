package io.millrace.s3;

import static io.millrace.s3.FaultyProxy.BREAK_ANSWER_OFF;
import static io.millrace.s3.FaultyProxy.LOSE_ANSWER;
import static io.millrace.s3.FaultyProxy.LOSE_REQUEST;
import static io.millrace.s3.FaultyProxy.TELL_NO_LENGTH;
import static io.millrace.s3.FaultyProxy.TELL_NO_RANGE;
import static io.millrace.s3.FaultyProxy.hold;
import static io.millrace.s3.FaultyProxy.refuse;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.s3.FaultyProxy.Fault;
import io.millrace.spi.checkpoint.CheckpointStorage;
import io.millrace.spi.checkpoint.LogName;
import io.millrace.spi.checkpoint.SlotLog;
import io.millrace.spi.checkpoint.UninterruptedStorage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the contract promises, over a network and a store that fail. */
@Timeout(60)
class S3FailureTest {

  private static final int MAX_ATTEMPTS = 5;

  private final String path = "places/" + UUID.randomUUID();
  private FaultyProxy proxy;
  private CheckpointStorage storage;

  @BeforeEach
  void openStorage() throws IOException {
    proxy = new FaultyProxy(S3Server.endpoint(), false);
    storage = open(Duration.ofSeconds(20));
  }

  @AfterEach
  void closeStorage() throws IOException {
    storage.close();
    proxy.close();
  }

  private CheckpointStorage open(Duration timeout) throws IOException {
    S3Location location = S3Location.parse(S3Server.location(proxy.endpoint(), path));
    return UninterruptedStorage.open(
        Executors.newCachedThreadPool(),
        () ->
            new S3CheckpointStorage(
                S3Place.of(location),
                false,
                new Attempts(Duration.ofMillis(1), timeout),
                () -> UUID.randomUUID().toString()));
  }

  private static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String text(CheckpointStorage storage, String name) throws IOException {
    return new String(storage.read(name), StandardCharsets.UTF_8);
  }

  private static Fault[] always(Fault fault) {
    return Collections.nCopies(MAX_ATTEMPTS, fault).toArray(Fault[]::new);
  }

  @Test
  void put_whoseAnswerIsLostKnowsItsOwnObject() throws IOException {
    proxy.onPuts(LOSE_ANSWER, LOSE_ANSWER);

    assertThat(storage.putIfAbsent("log/1", bytes("one"))).isTrue();
    assertThat(proxy.numPuts()).isEqualTo(3);
    assertThat(text(storage, "log/1")).isEqualTo("one");
    assertThat(storage.putIfAbsent("log/1", bytes("one"))).isFalse();
  }

  @Test
  void put_thatAnotherHasForestalledIsRefusedThoughAnswersAreLost() throws IOException {
    try (CheckpointStorage other = new S3CheckpointStorageProvider().open(location())) {
      other.putIfAbsent("log/1", bytes("of the other"));
    }
    proxy.onPuts(LOSE_ANSWER, LOSE_REQUEST);

    assertThat(storage.putIfAbsent("log/1", bytes("of the other"))).isFalse();
  }

  private String location() {
    return S3Server.location(S3Server.endpoint(), path);
  }

  @Test
  void put_whoseAnswersAreAllLostIsUnknownAndMayBeRepeated() throws IOException {
    proxy.onPuts(always(LOSE_ANSWER));

    assertThatThrownBy(() -> storage.putIfAbsent("log/1", bytes("one")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("log/1 could not be stored in s3://");
    assertThat(proxy.numPuts()).isEqualTo(MAX_ATTEMPTS);
    assertThat(storage.putIfAbsent("log/1", bytes("two"))).isFalse();
    assertThat(text(storage, "log/1")).isEqualTo("one");
  }

  @Test
  void put_thatNeverArrivesIsNotThere() throws IOException {
    proxy.onPuts(always(LOSE_REQUEST));

    assertThatThrownBy(() -> storage.putIfAbsent("log/1", bytes("one")))
        .isInstanceOf(IOException.class);
    assertThat(storage.list("log")).isEmpty();
    assertThat(storage.putIfAbsent("log/1", bytes("two"))).isTrue();
  }

  @Test
  void put_isTriedAgainWhileTheStoreIsBusy() throws IOException {
    proxy.onPuts(
        refuse(503, "SlowDown"),
        refuse(500, "InternalError"),
        refuse(409, "ConditionalRequestConflict"));

    assertThat(storage.putIfAbsent("log/1", bytes("one"))).isTrue();
    assertThat(text(storage, "log/1")).isEqualTo("one");
  }

  @Test
  void put_inConflictForTooLongFailsByName() throws IOException {
    proxy.onPuts(always(refuse(409, "ConditionalRequestConflict")));

    assertThatThrownBy(() -> storage.putIfAbsent("log/1", bytes("one")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("log/1")
        .hasMessageContaining("409, ConditionalRequestConflict");
    assertThat(proxy.numPuts()).isEqualTo(MAX_ATTEMPTS);
    assertThat(storage.list("log")).isEmpty();
  }

  @Test
  void put_thatIsDeniedIsNotTriedAgain() {
    proxy.onPuts(refuse(403, "AccessDenied"));

    assertThatThrownBy(() -> storage.putIfAbsent("log/1", bytes("one")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("AccessDenied");
    assertThat(proxy.numPuts()).isEqualTo(1);
  }

  @Test
  void put_thatTakesTooLongIsSentAgainAndTheLateOneChangesNothing() throws Exception {
    CountDownLatch isHeld = new CountDownLatch(1);
    CountDownLatch mayGo = new CountDownLatch(1);
    CountDownLatch hasArrived = new CountDownLatch(1);
    try (CheckpointStorage impatient = open(Duration.ofMillis(500))) {
      proxy.onPuts(hold(isHeld, mayGo, hasArrived));

      assertThat(impatient.putIfAbsent("log/1", bytes("one"))).isTrue();
      impatient.delete("log/1");
      assertThat(impatient.putIfAbsent("log/1", bytes("two"))).isTrue();
    }
    mayGo.countDown();
    hasArrived.await();
    assertThat(text(storage, "log/1")).isEqualTo("two");
  }

  @Test
  void put_isNotHarmedByAnInterruptWhileItIsUnderWay() throws Exception {
    CountDownLatch isHeld = new CountDownLatch(1);
    CountDownLatch mayGo = new CountDownLatch(1);
    proxy.onPuts(hold(isHeld, mayGo, new CountDownLatch(1)));
    ExecutorService caller = Executors.newSingleThreadExecutor();
    try {
      Future<List<Boolean>> result =
          caller.submit(
              () -> {
                boolean isPut = storage.putIfAbsent("log/1", bytes("one"));
                return List.of(isPut, Thread.interrupted());
              });
      isHeld.await();
      caller.shutdownNow();
      mayGo.countDown();
      assertThat(result.get()).containsExactly(true, true);
    } finally {
      caller.shutdownNow();
    }
    assertThat(proxy.numPuts()).isEqualTo(1);
  }

  @Test
  void put_ofMoreThanOneRequestTakesIsRefused() {
    ByteBuffer piece = ByteBuffer.allocate(64 << 20);

    assertThatThrownBy(() -> storage.putIfAbsent("large", Collections.nCopies(81, piece)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("large has 5435817984 bytes")
        .hasMessageContaining("5368709120");
  }

  @Test
  void append_whoseAnswersAreAllLostIsRecognisedWhenRepeated() throws IOException {
    SlotLog log = SlotLog.claim(storage, LogName.of("log", new UUID(1, 1)), new UUID(0, 1)).log();
    proxy.onPuts(always(LOSE_ANSWER));

    assertThatThrownBy(() -> log.append(new byte[] {1})).isInstanceOf(IOException.class);
    assertThat(log.append(new byte[] {1})).isEqualTo(2);
    assertThat(log.append(new byte[] {2})).isEqualTo(3);
  }

  @Test
  void read_thatBreaksOffIsTriedAgain() throws IOException {
    storage.putIfAbsent("digits", bytes("0123456789"));
    proxy.onGets(BREAK_ANSWER_OFF, LOSE_ANSWER, refuse(503, "SlowDown"), LOSE_REQUEST);

    assertThat(text(storage, "digits")).isEqualTo("0123456789");
    proxy.onGets(BREAK_ANSWER_OFF);
    assertThat(storage.read("digits", 2, 4)).isEqualTo("2345".getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void read_thatFailsForGoodIsNotTakenForAMissingObject() throws IOException {
    storage.putIfAbsent("digits", bytes("0123456789"));
    proxy.onGets(always(refuse(500, "InternalError")));

    assertThatThrownBy(() -> storage.read("digits"))
        .isInstanceOf(IOException.class)
        .isNotInstanceOf(NoSuchFileException.class)
        .hasMessageContaining("digits could not be read in s3://")
        .hasMessageContaining("500, InternalError");
  }

  @Test
  void read_thatIsAnsweredWithSomethingElseFails() throws IOException {
    storage.putIfAbsent("digits", bytes("0123456789"));
    proxy.onGets(TELL_NO_LENGTH, TELL_NO_RANGE);

    assertThatThrownBy(() -> storage.read("digits"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("was asked for all of digits and answered without a length");
    assertThatThrownBy(() -> storage.read("digits", 2, 10))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("was asked for bytes=2-11 of digits and answered without the range");
  }

  @Test
  void read_fromABucketThatHasGoneIsNotTakenForAMissingObject() {
    proxy.onGets(refuse(404, "NoSuchBucket"));

    assertThatThrownBy(() -> storage.read("digits"))
        .isInstanceOf(IOException.class)
        .isNotInstanceOf(NoSuchFileException.class)
        .hasMessageContaining("404, NoSuchBucket");
  }

  @Test
  void list_isTriedAgain() throws IOException {
    storage.putIfAbsent("log/1", bytes("one"));
    proxy.onGets(BREAK_ANSWER_OFF, refuse(503, "SlowDown"));

    assertThat(storage.list("log")).hasSize(1);
  }
}
