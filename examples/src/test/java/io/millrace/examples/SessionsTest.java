package io.millrace.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.Tuple2;
import io.millrace.examples.Sessions.Session;
import io.millrace.stream.Time;
import io.millrace.testkit.StreamTest;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class SessionsTest {

  private static final Tuple2<String, String> ANN = new Tuple2<>("ann", "/home");
  private static final Tuple2<String, String> BOB = new Tuple2<>("bob", "/help");

  @Test
  void define_tellsASessionOnceItsUserIsSilent() throws Exception {
    try (StreamTest test = new StreamTest()) {
      List<List<Tuple2<String, String>>> clicks =
          List.of(List.of(ANN, BOB, ANN), List.of(ANN), List.of(), List.of(), List.of(BOB));
      StreamTest.Recorded<Session> sessions =
          test.record(Sessions.define(test.pairInput(clicks, 2), Duration.ofSeconds(2)));

      test.run(8);

      Session ann = new Session("ann", second(1), second(2), 3);
      Session bobFirst = new Session("bob", second(1), second(1), 1);
      Session bobAgain = new Session("bob", second(5), second(5), 1);
      assertThat(sessions.batches())
          .containsExactly(
              List.of(),
              List.of(),
              List.of(),
              List.of(bobFirst),
              List.of(ann),
              List.of(),
              List.of(),
              List.of(bobAgain));
    }
  }

  private static Time second(int n) {
    return new Time(n * 1_000L);
  }
}
