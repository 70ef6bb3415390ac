/**
 * What is durable: write-once objects, and the log of slots that is made of them.
 *
 * <p>Everything that a checkpoint holds is an object that is put under a name once, is never
 * changed, and is deleted when nothing refers to it any more. So a store needs no more than
 * put-if-absent, read, list and delete, and local files, distributed file systems and object stores
 * can all be one.
 *
 * <p>This package knows nothing of streams, batches and engines.
 */
@NullMarked
package io.millrace.spi.checkpoint;

import org.jspecify.annotations.NullMarked;
