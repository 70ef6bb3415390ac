package io.millrace.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.Conf;
import io.millrace.InvalidSettingException;
import io.millrace.Settings;
import io.millrace.stream.StreamingListenerEvent.StreamingListenerBatchCompleted;
import io.millrace.testkit.StreamTest;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ExtraListenersTest {

  private static final List<String> HEARD = new CopyOnWriteArrayList<>();

  /** Notes the batches under a name from the configuration. */
  public static final class Named implements StreamingListener {
    private final String name;

    public Named(Conf conf) {
      name = conf.get("acme.name");
    }

    @Override
    public void onBatchCompleted(StreamingListenerBatchCompleted completed) {
      HEARD.add(name + completed.batchInfo().number());
    }
  }

  /** Notes the batches under its own name. */
  public static final class Plain implements StreamingListener {
    @Override
    public void onBatchCompleted(StreamingListenerBatchCompleted completed) {
      HEARD.add("plain" + completed.batchInfo().number());
    }
  }

  public static final class Failing implements StreamingListener {
    public Failing() {
      throw new IllegalStateException("no licence");
    }
  }

  private static Conf naming(Class<?>... types) {
    List<String> names = List.of(types).stream().map(Class::getName).toList();
    return new Conf()
        .setMaster("local[1]")
        .set("acme.name", "named")
        .set(Settings.EXTRA_LISTENERS, names);
  }

  @Test
  @Tag("one-run")
  void listeners_thatTheConfigurationNames_hearEvents() throws Exception {
    HEARD.clear();
    try (StreamTest test =
        new StreamTest(naming(Named.class, Plain.class), Duration.ofSeconds(1))) {
      test.record(test.input(List.of(List.of(1)), 1));
      test.run(2);
    }
    assertThat(HEARD).containsExactly("named1", "plain1", "named2", "plain2");
  }

  @Test
  void listeners_thatCannotBeMade_keepTheContextFromBeingMade_byName() {
    assertThatThrownBy(() -> new StreamTest(naming(Failing.class), Duration.ofSeconds(1)))
        .isInstanceOf(InvalidSettingException.class)
        .hasMessageContainingAll(
            "millrace.streaming.extraListeners", "ExtraListenersTest$Failing", "no licence");
    assertThatThrownBy(() -> new StreamTest(naming(String.class), Duration.ofSeconds(1)))
        .hasMessageContaining("java.lang.String, but it is no io.millrace.stream.Streaming");
    Conf missing = new Conf().setMaster("local[1]").set(Settings.EXTRA_LISTENERS.key(), "acme.X");
    assertThatThrownBy(() -> new StreamTest(missing, Duration.ofSeconds(1)))
        .hasMessageContaining("acme.X, but there is no such class");
  }
}
