package io.millrace.spark;

import java.io.Serializable;
import org.apache.spark.SparkContext;
import org.apache.spark.broadcast.Broadcast;
import scala.reflect.ClassTag$;

/** Records of one partition that the driver has: few go with the task, many are fetched. */
sealed interface Shipment extends Serializable {

  /** Beyond this, Spark warns of large tasks, and sends them on the thread that schedules. */
  int MAX_BYTES_IN_TASK = 256 * 1024;

  Carried records();

  record InTask(Carried records) implements Shipment {}

  record Fetched(Broadcast<Carried> broadcast) implements Shipment {
    @Override
    public Carried records() {
      return broadcast.value();
    }
  }

  static Shipment of(Carried encoded, SparkContext spark) {
    return encoded.numBytes() <= MAX_BYTES_IN_TASK
        ? new InTask(encoded)
        : new Fetched(spark.broadcast(encoded, ClassTag$.MODULE$.apply(Carried.class)));
  }
}
