package io.millrace.internal.checkpoint;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.millrace.CorruptionException;
import io.millrace.FormatVersionException;
import io.millrace.codec.Codecs;
import io.millrace.codec.SchemaException;
import io.millrace.spi.StorageInMemory;
import io.millrace.spi.checkpoint.LogName;
import io.millrace.spi.checkpoint.SlotLog;
import io.millrace.spi.state.StateFile;
import io.millrace.spi.state.StatePlace;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Tag;

/**
 * Whatever a log or a file of rows consists of, it is read or refused by name. Runs the stored
 * inputs as a test; searches for others with {@code JAZZER_FUZZ=1 mvn test -pl core
 * -Dtest=CheckpointFuzzTest -Dsurefire.failIfNoSpecifiedTests=false}.
 */
@Tag("fuzz")
class CheckpointFuzzTest {

  private static final LogName LOG = new LogName(Checkpoint.LOG, new UUID(0, 0), true);

  @FuzzTest(maxDuration = "1m")
  void facts_areFoldedOrRefusedByName(byte[] bytes) throws IOException {
    try {
      CheckpointState state = CheckpointState.EMPTY;
      for (Fact fact : FactReader.decode(bytes, "fuzz")) {
        state = state.with(fact, 1);
      }
      byte[] image = FactWriter.encode(List.of(new Fact.Image(state)));
      if (!Arrays.equals(FactWriter.encode(FactReader.decode(image, "image")), image)) {
        throw new AssertionError("another state comes back of " + state);
      }
    } catch (CorruptionException | FormatVersionException e) {
      requireMessage(e);
    }
  }

  @FuzzTest(maxDuration = "1m")
  void slot_isReadOrRefusedByName(byte[] bytes) throws IOException {
    StorageInMemory storage = new StorageInMemory();
    storage.objects.put("log/0000000000000000001", bytes);
    try {
      Checkpoint.History.of(SlotLog.read(storage, LOG).slots());
    } catch (CorruptionException | FormatVersionException e) {
      requireMessage(e);
    }
  }

  @FuzzTest(maxDuration = "1m")
  void identity_isReadOrRefusedByName(byte[] bytes) throws IOException {
    StorageInMemory storage = new StorageInMemory();
    storage.objects.put(Identity.NAME, bytes);
    try {
      Identity.find(storage);
    } catch (CorruptionException | FormatVersionException e) {
      requireMessage(e);
    }
  }

  /** The bytes as a file, and as a chunk whose checksum is right. */
  @FuzzTest(maxDuration = "1m")
  void rows_areReadOrRefusedByName(byte[] bytes) throws IOException {
    readRows(bytes, StateFile.NO_CHECKSUM);
    ChunkWriter chunks = new ChunkWriter(RowFileWriter.KIND);
    chunks.add(ByteBuffer.wrap(bytes));
    List<ByteBuffer> pieces = chunks.finish("fuzz");
    ByteBuffer joined = ByteBuffer.allocate((int) chunks.numBytes());
    pieces.forEach(piece -> joined.put(piece.duplicate()));
    readRows(joined.array(), chunks.checksum());
  }

  private static void readRows(byte[] bytes, long checksum) throws IOException {
    StatePlace place = new StatePlace(new StorageInMemory(), Codecs.builtIn(), 0);
    StateFile file =
        new StateFile("fuzz", Optional.of(bytes), bytes.length, 0, 0, 1, false, checksum);
    try {
      new RowFileReader(place, List.of(file)).forEachRemaining(row -> {});
    } catch (UncheckedIOException e) {
      IOException cause = e.getCause();
      if (!(cause instanceof CorruptionException
          || cause instanceof FormatVersionException
          || cause instanceof SchemaException)) {
        throw cause;
      }
      requireMessage(cause);
    }
  }

  private static void requireMessage(IOException e) {
    if (e.getMessage() == null || e.getMessage().isBlank()) {
      throw new AssertionError("an error that does not say what is wrong", e);
    }
  }
}
