package io.millrace.spark;

import io.millrace.internal.embedded.StageRuntime.RunningTask;
import io.millrace.internal.pipeline.Pipeline;
import java.io.Serializable;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.TaskContext;
import scala.runtime.AbstractFunction1;

/** The last stage of a job: what is done with the records of each partition. */
final class ResultTask extends AbstractFunction1<scala.collection.Iterator<Carried>, TaskResult>
    implements Serializable {

  private static final long serialVersionUID = 1L;

  /** What is done; runs on the executor. */
  interface Body extends Serializable {

    /** The result, as one value or as a list of records. */
    Object run(Pipeline records, int partition, io.millrace.TaskContext task) throws Exception;

    /** Whether results are lists, which are sent record by record. */
    boolean givesRecords();

    /** Whether records may be changed that others read too. */
    boolean changesRecords();
  }

  private final Packed<Body> packed;
  private final StageWork work;

  ResultTask(Body body, StageWork work) {
    this.packed = new Packed<>(body);
    this.work = work;
  }

  @Override
  public TaskResult apply(scala.collection.Iterator<Carried> records) {
    Body body = packed.value();
    TaskContext context = TaskContext.get();
    RunningTask task = StageTask.begin(StageTask.runtime(work), context);
    try {
      Pipeline pipeline = ((StageRdd.Records) records).pipeline(body.changesRecords());
      Object result = body.run(pipeline, context.partitionId(), task.context());
      Iterator<?> sent =
          body.givesRecords()
              ? ((List<?>) result).iterator()
              : java.util.Arrays.asList(result).iterator();
      Carried carried = Carried.encoded(sent);
      return new TaskResult(carried, task.complete());
    } catch (Throwable e) {
      task.fail(e);
      throw TaskFailedException.of(e, work.label(), context.partitionId(), context);
    }
  }
}
