/**
 * Checkpoints and users' files on HDFS, by {@code hdfs:} and {@code viewfs:} locations.
 *
 * <p>Knows the Hadoop client and what a store and files are asked to do; nothing of streams,
 * batches and engines. No other package names Hadoop.
 */
@NullMarked
package io.millrace.hadoop;

import org.jspecify.annotations.NullMarked;
