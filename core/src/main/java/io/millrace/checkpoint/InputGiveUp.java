package io.millrace.checkpoint;

import io.millrace.spi.checkpoint.CheckpointStorage;
import java.io.IOException;
import java.time.Instant;
import java.util.List;

/**
 * Gives up inputs, such as files, that a checkpoint has recorded for its open batch and that can't
 * be read any more, so that the program starts again. What is given up is lost: no batch reads it.
 *
 * <pre>{@code
 * try (InputGiveUp giveUp = InputGiveUp.claim("/var/lib/orders/checkpoint", "orders", 17, List.of())) {
 *   System.out.println(giveUp.inputs());
 *   giveUp.record(Instant.now(clock), "truncated upload, see ticket 4711");
 * }
 * }</pre>
 *
 * <p>The claim stops a program that works on the checkpoint: it can't commit any more. Until {@link
 * #record} nothing else is changed. Used by one thread.
 */
public final class InputGiveUp implements AutoCloseable {

  private final CheckpointStorage storage;
  private final CheckpointFormat.ClaimedInputs claimed;

  private InputGiveUp(CheckpointStorage storage, CheckpointFormat.ClaimedInputs claimed) {
    this.storage = storage;
    this.claimed = claimed;
  }

  /**
   * Claims a checkpoint, unless there is nothing to give up. What is refused is refused before the
   * claim, so that a program which works on the checkpoint goes on.
   *
   * @param location a directory, or what a storage module on the class path serves
   * @param source id of the source
   * @param batch number of the open batch
   * @param inputs names of the inputs, such as paths of files; empty for all that the source gave
   *     to the batch
   * @throws IllegalArgumentException if there is no such input, or it is not to be given up: the
   *     batch is committed, or a sink may have it. Says what can be done
   * @throws java.nio.file.NoSuchFileException if there is no such place
   * @throws io.millrace.CorruptionException if there is no checkpoint, or it is damaged
   */
  public static InputGiveUp claim(String location, String source, long batch, List<String> inputs)
      throws IOException {
    CheckpointReader.openForReading(location).close();
    CheckpointStorage storage = CheckpointReader.provider(location).open(location);
    try {
      return new InputGiveUp(
          storage, CheckpointReader.format().claimInputs(storage, source, batch, inputs));
    } catch (Throwable e) {
      try {
        storage.close();
      } catch (IOException | RuntimeException closing) {
        e.addSuppressed(closing);
      }
      throw e;
    }
  }

  /** The names of the inputs that would be lost; empty if the source does not name what it gave. */
  public List<String> inputs() {
    return claimed.names();
  }

  /** What the source gave to the batch, as it is recorded. */
  public String range() {
    return claimed.range();
  }

  /**
   * Records that the inputs are given up. When this returns it is durable, and each repeat of the
   * batch goes without them. To be called once.
   *
   * @param time of the decision
   * @param reason for those who read the record later
   * @throws io.millrace.spi.checkpoint.FencedException if a program was started meanwhile
   * @throws IOException if it is not known whether it is recorded; do it again
   */
  public void record(Instant time, String reason) throws IOException {
    claimed.record(time, reason);
  }

  @Override
  public void close() throws IOException {
    storage.close();
  }
}
