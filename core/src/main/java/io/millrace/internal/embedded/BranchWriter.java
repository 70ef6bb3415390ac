package io.millrace.internal.embedded;

import io.millrace.TaskContext;
import io.millrace.internal.pipeline.Branch;
import io.millrace.internal.serialization.RecordCopier;
import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Writes one map partition's output of an exchange from the records of a shared node as they are
 * pushed. User functions see the context of the task whose work this is. Used by one thread.
 */
final class BranchWriter {

  private final SharedPass.Reader reader;
  private final MapOutput output;
  private final EmbeddedTaskContext task;
  private final Branch branch;

  /** Null if the records are not changed here. */
  private final @Nullable RecordCopier copier;

  BranchWriter(
      SharedPass.Reader reader,
      MapOutput output,
      EmbeddedTaskContext task,
      Consumer<Object> firstRecord) {
    this.reader = reader;
    this.output = output;
    this.task = task;
    this.branch = output.branch(reader.parts(), firstRecord);
    this.copier = Lineage.changesValues(reader.exchange().combiner()) ? new RecordCopier() : null;
  }

  /** Takes the next {@code count} records, which it leaves as they are. */
  void push(Object[] records, int count) throws Exception {
    Object[] own = records;
    if (copier != null) {
      own = Arrays.copyOf(records, count);
      copier.copyAll(own, count);
    }
    TaskContext before = task.begin();
    try {
      branch.push(own, count);
    } finally {
      EmbeddedTaskContext.end(before);
    }
  }

  /** All records have been pushed. */
  MapOutput complete() throws Exception {
    TaskContext before = task.begin();
    try {
      branch.complete();
      return output;
    } finally {
      EmbeddedTaskContext.end(before);
    }
  }

  /** As {@link #complete()} for a branch that belongs to another exchange than the task. */
  SharedPass.Written completeApart() throws Exception {
    complete();
    endApart();
    return new SharedPass.Written(reader, output, task);
  }

  /** Gives up a branch that belongs to another exchange than the task. */
  void abandon() {
    try {
      endApart();
    } finally {
      output.close();
    }
  }

  private void endApart() {
    TaskContext before = task.begin();
    try {
      task.complete();
    } finally {
      EmbeddedTaskContext.end(before);
    }
  }

  @Override
  public String toString() {
    return "partition " + reader.mapPartition() + " of " + reader.exchange();
  }
}
