/**
 * Runs plans on Apache Spark: the cluster engine.
 *
 * <p>A plan is cut where records have to travel or are kept. What lies between, a stage, is one
 * Spark RDD ({@link io.millrace.spark.StageRdd}), whose tasks compute it with the very pipelines of
 * the embedded engine; an exchange goes through Spark's shuffle as tagged blocks, so that its order
 * does not depend on timing; marked results are in Spark's block manager.
 *
 * <p>This package alone names Spark's classes. It knows nothing of streams and batches.
 */
@NullMarked
package io.millrace.spark;

import org.jspecify.annotations.NullMarked;
