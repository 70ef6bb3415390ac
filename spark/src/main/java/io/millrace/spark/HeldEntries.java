package io.millrace.spark;

import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Which steps' entries somebody on the driver can still read; executors keep no others. */
final class HeldEntries {

  private record Held(long step, WeakReference<Object> blocks) {}

  private final List<Held> all = new ArrayList<>();

  synchronized void add(long step, Object blocks) {
    all.add(new Held(step, new WeakReference<>(blocks)));
  }

  synchronized Set<Long> steps() {
    all.removeIf(held -> held.blocks().get() == null);
    Set<Long> steps = new HashSet<>();
    all.forEach(held -> steps.add(held.step()));
    return steps;
  }
}
