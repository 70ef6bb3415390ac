package io.millrace.internal.embedded;

import io.millrace.JobCancelledException;
import io.millrace.internal.state.StateFileWriter;
import io.millrace.internal.state.StatePartition;
import io.millrace.spi.state.StateFile;
import io.millrace.spi.state.StateStep;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/**
 * What a step has changed of one partition, on its way to the disk while the batch goes on. The
 * step's task encodes it, with the keys that it has touched still in its cache and before outputs
 * are given the values; other threads wait for the disk. No more than two files are in memory: the
 * one that is stored, and the one that is being made.
 *
 * <p>Made by the task, then used by the thread that ends the batch.
 */
final class WrittenAside {

  private final List<StateFile> files;
  private final CompletableFuture<Void> stored;

  private WrittenAside(List<StateFile> files, CompletableFuture<Void> stored) {
    this.files = files;
    this.stored = stored;
  }

  /**
   * Encodes what was tried on a partition and begins to store it.
   *
   * @param writers wait for the disk; work that they refuse is done by this thread
   * @throws IOException if an earlier file of it could not be stored
   */
  static WrittenAside write(
      StatePartition tried,
      StateStep.Delta delta,
      int partition,
      int numPartitions,
      int attempt,
      Executor writers)
      throws IOException {
    Aside aside = new Aside(StateFileWriter.storeOf(delta.place()), writers);
    StateFileWriter writer =
        new StateFileWriter(
            delta.place().codecs(),
            aside,
            String.format(Locale.ROOT, "%s-%d-%d", delta.prefix(), partition, attempt),
            partition,
            numPartitions,
            false);
    tried.write(writer);
    List<StateFile> files = writer.finish(delta.place().maxInlineBytes());
    return new WrittenAside(files, aside.last);
  }

  /**
   * Waits until all is durable; an interrupt is for later.
   *
   * @param cancelled ends the waiting by its failure
   * @throws IOException if it could not be stored
   * @throws JobCancelledException as {@code cancelled} says
   */
  List<StateFile> await(CompletableFuture<Void> cancelled) throws IOException {
    try {
      CompletableFuture.anyOf(stored, cancelled).join();
    } catch (CompletionException e) {
      rethrow(Objects.requireNonNullElse(e.getCause(), e));
    }
    return files;
  }

  private static void rethrow(Throwable failure) throws IOException {
    if (failure instanceof IOException io) {
      throw io;
    } else if (failure instanceof Error error) {
      throw error;
    }
    throw (RuntimeException) failure;
  }

  /** Stores one file after the other. */
  static final class Aside implements StateFileWriter.Store {

    private final StateFileWriter.Store store;
    private final Executor writers;
    private CompletableFuture<Void> last = CompletableFuture.completedFuture(null);

    Aside(StateFileWriter.Store store, Executor writers) {
      this.store = store;
      this.writers = writers;
    }

    @Override
    public void store(String name, List<ByteBuffer> content) throws IOException {
      awaitLast();
      CompletableFuture<Void> next = new CompletableFuture<>();
      last = next;
      Runnable put =
          () -> {
            try {
              store.store(name, content);
              next.complete(null);
            } catch (Throwable e) {
              next.completeExceptionally(e);
            }
          };
      try {
        writers.execute(put);
      } catch (RejectedExecutionException e) {
        put.run();
      }
    }

    private void awaitLast() throws IOException {
      try {
        last.get();
      } catch (ExecutionException e) {
        rethrow(Objects.requireNonNullElse(e.getCause(), e));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new InterruptedIOException("the job ended while a file was being stored");
      }
    }
  }
}
