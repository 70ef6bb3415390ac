package io.millrace.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.testkit.StreamTest;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ActiveContextTest {

  private static StreamTest started() throws InterruptedException {
    StreamTest test = new StreamTest();
    test.record(test.input(List.of(List.of(1)), 1));
    test.run(1);
    return test;
  }

  @Test
  @Tag("one-run")
  void getActive_isTheContextStartedLastOfThoseThatRun() throws Exception {
    try (StreamTest first = started()) {
      try (StreamTest second = started();
          StreamTest neverStarted = new StreamTest()) {
        assertThat(neverStarted.context().getState()).isEqualTo(StreamingContextState.INITIALIZED);
        assertThat(StreamingContext.getActive()).containsSame(second.context());
      }
      assertThat(StreamingContext.getActive()).containsSame(first.context());
    }
    assertThat(StreamingContext.getActive()).isEmpty();
  }

  @Test
  void getActive_doesNotSeeAContextThatCouldNotStart() {
    try (StreamTest test = new StreamTest()) {
      assertThatThrownBy(test.context()::start).hasMessageContaining("declares no output");
      assertThat(StreamingContext.getActive()).isEmpty();
    }
  }

  @Test
  @Tag("one-run")
  void getActive_staysWhenAContextIsStartedTwice() throws Exception {
    try (StreamTest test = started()) {
      assertThatThrownBy(test.context()::start).hasMessageContaining("started already");
      assertThat(StreamingContext.getActive()).containsSame(test.context());
    }
  }

  @Test
  void getActiveOrCreate_createsOnlyIfNoneRuns() throws Exception {
    try (StreamTest idle = new StreamTest()) {
      assertThat(StreamingContext.getActiveOrCreate(idle::context)).isSameAs(idle.context());
      try (StreamTest test = started()) {
        assertThat(StreamingContext.getActiveOrCreate(idle::context)).isSameAs(test.context());
      }
    }
  }

  @Test
  void getActiveOrCreate_saysWhyNoneCouldBeCreated() {
    assertThatThrownBy(
            () ->
                StreamingContext.getActiveOrCreate(
                    () -> {
                      throw new IOException("no settings file");
                    }))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("no settings file");
  }
}
