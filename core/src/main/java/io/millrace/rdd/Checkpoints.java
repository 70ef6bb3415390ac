package io.millrace.rdd;

import io.millrace.spi.DataFiles;
import io.millrace.spi.Engine;
import io.millrace.spi.Job;
import io.millrace.spi.RecordFormat;
import io.millrace.spi.plan.BlockSetNode;
import io.millrace.spi.plan.PlanNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.WeakHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The datasets of a context that are to be checkpointed, and where. Writes them at the end of the
 * first job that depended on them, and puts the files in their place. Safe for concurrent use.
 */
final class Checkpoints {

  private static final String OWNER = "_owner";

  private final long startMillis;
  private final Set<PlanNode<?>> requested = Collections.newSetFromMap(new WeakHashMap<>());
  private @Nullable String directory;

  /**
   * @param startMillis when the context began, which tells its files from those of others
   */
  Checkpoints(long startMillis) {
    this.startMillis = startMillis;
  }

  /** Makes a directory below {@code parent} that nobody else writes to. */
  synchronized void setDirectory(String parent) {
    DataFiles files = DataFilesLookup.of(parent);
    String base = parent.endsWith("/") ? parent : parent + "/";
    try {
      for (int number = 0; true; number++) {
        String candidate = base + "datasets-" + startMillis + "-" + number;
        if (claim(files, candidate)) {
          directory = candidate;
          return;
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(
          "can't make a checkpoint directory below " + parent + ": " + e.getMessage(), e);
    }
  }

  private static boolean claim(DataFiles files, String candidate) throws IOException {
    try {
      files.create(candidate + "/" + OWNER).close();
      return true;
    } catch (FileAlreadyExistsException e) {
      return false;
    }
  }

  synchronized Optional<String> directory() {
    return Optional.ofNullable(directory);
  }

  synchronized void request(PlanNode<?> node) {
    if (directory == null) {
      throw new IllegalStateException(
          "checkpoint of " + node + ": call setCheckpointDir of the context first");
    }
    if (CheckpointFiles.of(node).isEmpty()) {
      requested.add(node);
    }
  }

  /**
   * Writes the requested nodes that {@code target} was computed from. What a written node was made
   * from is not looked at: nobody needs it any more.
   */
  void writeAfterJob(RDDContext context, PlanNode<?> target) {
    for (PlanNode<?> node : claimRequested(target)) {
      boolean written = false;
      try {
        write(context, node);
        written = true;
      } finally {
        if (!written) {
          requestAgain(node);
        }
      }
    }
  }

  private synchronized void requestAgain(PlanNode<?> node) {
    requested.add(node);
  }

  private synchronized List<PlanNode<?>> claimRequested(PlanNode<?> target) {
    List<PlanNode<?>> found = new ArrayList<>();
    if (requested.isEmpty()) {
      return found;
    }
    Set<PlanNode<?>> entered = new HashSet<>();
    Deque<PlanNode<?>> open = new ArrayDeque<>();
    open.push(target);
    while (!open.isEmpty()) {
      PlanNode<?> node = open.pop();
      if (!entered.add(node)) {
        continue;
      }
      if (requested.remove(node)) {
        found.add(node);
      } else {
        node.parents().forEach(open::push);
      }
    }
    return found;
  }

  private <T> void write(RDDContext context, PlanNode<T> node) {
    String path = directory().orElseThrow() + "/rdd-" + node.id();
    Engine engine = context.engine();
    RecordFormat format = engine.recordFormat();
    // By the engine itself: an action would write other requested datasets on its way.
    PartFiles.create(
        path,
        new ObjectFileOutput.Objects<T>(format),
        terminal -> engine.run(Job.over(node, terminal, "checkpoint", context.cancellation())));
    PlanNode<T> written =
        new BlockSetNode<>("checkpoint", CheckpointFiles.<T>in(path, format), node.placement());
    written.setName(node.name());
    written.setStorage(node.storage());
    node.replaceBy(written);
    if (written.storage() != null) {
      context.noteMarked(written);
      node.setStorage(null);
      engine.drop(node);
    }
  }
}
