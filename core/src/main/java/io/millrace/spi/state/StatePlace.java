package io.millrace.spi.state;

import io.millrace.codec.Codecs;
import io.millrace.spi.checkpoint.CheckpointStorage;
import java.util.Objects;

/**
 * Where states are durable, and how their keys and values are written.
 *
 * @param storage holds the files
 * @param codecs write and read keys and values
 * @param maxInlineBytes files up to this size travel inline, 0 for none
 */
public record StatePlace(CheckpointStorage storage, Codecs codecs, int maxInlineBytes) {

  public StatePlace {
    Objects.requireNonNull(storage);
    Objects.requireNonNull(codecs);
  }
}
