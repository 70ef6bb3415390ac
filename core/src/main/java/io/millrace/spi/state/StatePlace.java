package io.millrace.spi.state;

import io.millrace.codec.Codecs;
import io.millrace.spi.checkpoint.CheckpointStorage;
import io.millrace.spi.checkpoint.StorageAddress;
import java.io.IOException;
import java.io.InvalidObjectException;
import java.io.ObjectStreamException;
import java.io.Serializable;
import java.util.Objects;

/**
 * Where states are durable, and how their keys and values are written. Travels to other processes
 * as the storage's location, unless the storage can travel itself.
 *
 * @param storage holds the files
 * @param codecs write and read keys and values
 * @param maxInlineBytes files up to this size travel inline, 0 for none
 */
@SuppressWarnings("serial") // what travels is the form below
public record StatePlace(CheckpointStorage storage, Codecs codecs, int maxInlineBytes)
    implements Serializable {

  public StatePlace {
    Objects.requireNonNull(storage);
    Objects.requireNonNull(codecs);
  }

  private Object writeReplace() {
    Serializable address =
        storage instanceof Serializable own ? own : new StorageAddress(storage.location());
    return new Elsewhere(address, codecs, maxInlineBytes);
  }

  /** On its way. */
  private record Elsewhere(Serializable address, Codecs codecs, int maxInlineBytes)
      implements Serializable {

    private Object readResolve() throws ObjectStreamException {
      try {
        CheckpointStorage storage =
            address instanceof CheckpointStorage own ? own : ((StorageAddress) address).storage();
        return new StatePlace(storage, codecs, maxInlineBytes);
      } catch (IOException e) {
        InvalidObjectException failure =
            new InvalidObjectException(
                "the checkpoint storage "
                    + address
                    + " can't be opened from here; it has to be a place that all processes of the"
                    + " cluster reach: "
                    + e.getMessage());
        failure.initCause(e);
        throw failure;
      }
    }
  }
}
