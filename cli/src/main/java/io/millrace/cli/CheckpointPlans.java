package io.millrace.cli;

import io.millrace.stream.CheckpointPlan;
import io.millrace.stream.StreamingListener;
import io.millrace.stream.StreamingListenerEvent.StreamingListenerCheckpointPlanned;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Hears the plans that streaming contexts of a program make. It is named in the configuration and
 * made by each context, hence public and with a memory that all instances share.
 */
public final class CheckpointPlans implements StreamingListener {

  private static final Queue<CheckpointPlan> HEARD = new ConcurrentLinkedQueue<>();

  /** Called by streaming contexts. */
  public CheckpointPlans() {}

  @Override
  public void onCheckpointPlanned(StreamingListenerCheckpointPlanned planned) {
    HEARD.add(planned.plan());
  }

  /** A program. */
  @FunctionalInterface
  interface Program {
    void run() throws Exception;
  }

  /**
   * Runs a program under some system properties, which are then set back.
   *
   * @return the plans that it has made
   */
  static List<CheckpointPlan> of(Map<String, String> properties, Program program) throws Exception {
    Map<String, String> before = new HashMap<>();
    properties.forEach(
        (key, value) -> {
          String old = System.setProperty(key, value);
          if (old != null) {
            before.put(key, old);
          }
        });
    HEARD.clear();
    try {
      program.run();
      return new ArrayList<>(HEARD);
    } finally {
      properties.keySet().forEach(System::clearProperty);
      before.forEach(System::setProperty);
    }
  }
}
