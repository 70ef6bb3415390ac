package io.millrace.internal.embedded;

import io.millrace.LocalStorageException;
import io.millrace.NotSerializableRecordException;
import io.millrace.internal.pipeline.Keeper;
import io.millrace.spi.plan.PlanNode;
import io.millrace.spi.plan.StorageMark;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gathers one partition for a {@link BlockStore} while it is computed: as objects, as bytes, or
 * into a file, as its mark says. What outgrows the whole store on the way moves on to the disk if
 * the mark allows it, and is given up otherwise. So is a block that the disk does not take: the
 * task goes on, and the partition will be computed again when it is needed.
 */
final class BlockKeeper implements Keeper, AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(BlockKeeper.class);

  /** Records are looked at in steps of this part of the store, at least. */
  private static final int STEPS = 16;

  /** Bytes are known exactly, and told in steps of so many. */
  private static final int REPORTED_BYTES = 64 * 1024;

  private final BlockStore store;
  private final PlanNode<?> node;
  private final int partition;
  private final StorageMark mark;
  private boolean started;

  /** What the store has made room for so far. */
  private long reserved;

  /** Null before the first record, once the partition is given up, and at the end. */
  private @Nullable KeptRecordsWriter writer;

  BlockKeeper(BlockStore store, PlanNode<?> node, int partition, StorageMark mark) {
    this.store = store;
    this.node = node;
    this.partition = partition;
    this.mark = mark;
  }

  @Override
  public void keep(Object record) {
    if (!started) {
      store.checkFirst(record);
    }
    try {
      add(record);
    } catch (LocalStorageException | NotSerializableRecordException e) {
      giveUp(e);
    }
  }

  private void add(Object record) {
    KeptRecordsWriter into = started ? writer : start();
    if (into != null) {
      into.add(record);
      long more = into.memoryBytes() - reserved;
      if (more > REPORTED_BYTES || (more > 0 && !mark.serialized())) {
        if (store.reserve(node, more)) {
          reserved += more;
        } else {
          moveOn(into);
        }
      }
    }
  }

  private @Nullable KeptRecordsWriter start() {
    started = true;
    if (!mark.memory() || store.maxBytes() == 0) {
      writer = mark.disk() ? new KeptRecordsWriter.File(store.space()) : null;
    } else if (mark.serialized()) {
      writer = new KeptRecordsWriter.Bytes(store.space().format());
    } else {
      writer = new KeptRecordsWriter.Objects(store.maxBytes() / STEPS);
    }
    return writer;
  }

  private void moveOn(KeptRecordsWriter gathered) {
    writer = null;
    giveBack();
    if (mark.disk()) {
      KeptRecordsWriter onDisk = new KeptRecordsWriter.File(store.space());
      writer = onDisk;
      try {
        onDisk.addAll(gathered.complete().open());
      } catch (RuntimeException e) {
        throw e;
      } catch (Exception e) {
        throw new IllegalStateException("records in memory can't be read: " + e, e);
      }
    }
  }

  private void giveBack() {
    if (reserved > 0) {
      store.release(reserved);
      reserved = 0;
    }
  }

  private void giveUp(RuntimeException e) {
    LOG.warn("partition {} of {} is not kept: {}", partition, node, e.getMessage());
    close();
  }

  @Override
  public void complete() {
    try {
      KeptRecordsWriter into = started ? writer : start();
      if (into != null) {
        KeptRecords records = into.complete();
        writer = null;
        giveBack();
        if (!store.put(node, partition, records, mark)) {
          records.close();
        }
      }
    } catch (LocalStorageException e) {
      giveUp(e);
    }
  }

  /** Frees what was gathered in vain, if reading has stopped before the end. */
  @Override
  public void close() {
    giveBack();
    if (writer != null) {
      writer.close();
      writer = null;
    }
  }
}
