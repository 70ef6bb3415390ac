package io.millrace.internal.state;

import io.millrace.CorruptionException;
import io.millrace.codec.Decoder;
import io.millrace.internal.checkpoint.ChunkReader;
import io.millrace.spi.state.StateFile;
import io.millrace.spi.state.StatePlace;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads what a {@link StateFileWriter} has written, holding one chunk at a time. */
final class StateFileReader {

  private final StatePlace place;
  private final StateFile file;
  private final Runnable poll;

  /**
   * @param poll asked between chunks
   */
  StateFileReader(StatePlace place, StateFile file, Runnable poll) {
    this.place = place;
    this.file = file;
    this.poll = poll;
  }

  /**
   * Puts the whole file into {@code content}, in the order in which it was written.
   *
   * @throws IOException if that can't be done; tells which file, and where it is
   */
  void readInto(ContentSink content) throws IOException {
    ChunkReader chunks = new ChunkReader(place.storage(), file);
    if (chunks.kind() != StateFileWriter.KIND) {
      throw new CorruptionException(what() + " does not contain state");
    }
    for (Optional<ByteBuffer> chunk = chunks.next(); chunk.isPresent(); chunk = chunks.next()) {
      Decoder decoder = place.codecs().decoder(chunk.get(), what());
      read(decoder, content);
      decoder.requireEnd();
      poll.run();
    }
  }

  private String what() {
    return file.name() + " in " + place.storage().location();
  }

  private void read(Decoder decoder, ContentSink content) throws IOException {
    byte tag = decoder.readByte();
    switch (tag) {
      case StateFileWriter.VALUES -> {
        Cells keys = keys(decoder);
        Cells values = cells(decoder, keys.size());
        content.values(keys, values, notes(decoder, keys.size()));
      }
      case StateFileWriter.REMOVED -> content.removed(keys(decoder));
      case StateFileWriter.PANE -> {
        long endMillis = decoder.readLong();
        Cells keys = keys(decoder);
        content.pane(endMillis, keys, cells(decoder, keys.size()));
      }
      case StateFileWriter.BOUNDS ->
          content.bounds(new ContentSink.Bounds(decoder.readLong(), decoder.readLong()));
      default -> throw damaged("a part of the unknown kind " + tag);
    }
  }

  private Cells keys(Decoder decoder) throws IOException {
    return Cells.of(decoder.readColumn());
  }

  private Cells cells(Decoder decoder, int count) throws IOException {
    Cells cells = Cells.of(decoder.readColumn());
    if (cells.size() != count) {
      throw damaged(cells.size() + " values for " + count + " keys");
    }
    return cells;
  }

  private @Nullable Cells notes(Decoder decoder, int count) throws IOException {
    if (decoder.readByte() == 0) {
      return null;
    }
    Cells notes = cells(decoder, count);
    if (!notes.areLongs()) {
      throw damaged("notes that are no numbers");
    }
    return notes;
  }

  private CorruptionException damaged(String why) {
    return new CorruptionException(what() + " is damaged: " + why);
  }
}
