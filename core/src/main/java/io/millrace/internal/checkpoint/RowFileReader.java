package io.millrace.internal.checkpoint;

import io.millrace.CorruptionException;
import io.millrace.codec.Decoder;
import io.millrace.spi.state.StateFile;
import io.millrace.spi.state.StatePlace;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The rows of files that a {@link RowFileWriter} has written, file by file, holding one chunk at a
 * time. What can't be read is an {@link UncheckedIOException}.
 */
public final class RowFileReader implements Iterator<Object> {

  private final StatePlace place;
  private final Iterator<StateFile> files;
  private @Nullable ChunkReader chunks;
  private @Nullable Object[] rows = new Object[0];
  private int next;

  public RowFileReader(StatePlace place, List<StateFile> files) {
    this.place = place;
    this.files = files.iterator();
  }

  @Override
  public boolean hasNext() {
    try {
      while (next == rows.length) {
        Optional<ByteBuffer> chunk = chunks == null ? Optional.empty() : chunks.next();
        if (chunk.isPresent()) {
          Decoder decoder = place.codecs().decoder(chunk.get(), "a chunk of rows");
          rows = decoder.readColumn().values();
          decoder.requireEnd();
          next = 0;
        } else if (files.hasNext()) {
          open(files.next());
        } else {
          return false;
        }
      }
      return true;
    } catch (IOException e) {
      throw new UncheckedIOException(e.getMessage(), e);
    }
  }

  private void open(StateFile file) throws IOException {
    ChunkReader opened = new ChunkReader(place.storage(), file);
    if (opened.kind() != RowFileWriter.KIND) {
      throw new CorruptionException(file.name() + " does not contain rows");
    }
    chunks = opened;
  }

  @Override
  public Object next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    @SuppressWarnings("NullAway") // rows may be null where their type says so
    Object row = rows[next++];
    return row;
  }
}
