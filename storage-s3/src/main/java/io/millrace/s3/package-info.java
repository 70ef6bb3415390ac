/**
 * Checkpoints on S3 and on stores that speak its protocol and write on condition, by {@code s3:}
 * locations.
 *
 * <p>Knows the S3 client and what a store is asked to do; nothing of streams, batches and engines.
 */
@NullMarked
package io.millrace.s3;

import org.jspecify.annotations.NullMarked;
