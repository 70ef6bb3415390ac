package io.millrace.internal.state;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.millrace.CorruptionException;
import io.millrace.FormatVersionException;
import io.millrace.codec.Codecs;
import io.millrace.codec.SchemaException;
import io.millrace.function.Function2;
import io.millrace.function.Function3;
import io.millrace.internal.checkpoint.ChunkWriter;
import io.millrace.rdd.HashPartitioner;
import io.millrace.spi.StorageInMemory;
import io.millrace.spi.state.StateDefinition;
import io.millrace.spi.state.StateFile;
import io.millrace.spi.state.StateLimits;
import io.millrace.spi.state.StateOperator;
import io.millrace.spi.state.StatePlace;
import io.millrace.stream.State;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;

/**
 * Chunks of any bytes, even if their checksum fits, are restored or refused by name. Runs the
 * stored inputs as a test; searches for others with {@code JAZZER_FUZZ=1 mvn test -pl core
 * -Dtest=StateFileFuzzTest -Dsurefire.failIfNoSpecifiedTests=false}.
 */
@Tag("fuzz")
class StateFileFuzzTest {

  private static List<StateOperator> operators() {
    Function3<Object, Optional<Object>, State<Object>, Object> look = (key, value, state) -> key;
    Function2<Object, Object, Object> first = (a, b) -> a;
    return List.of(
        new StateOperator.MapRecords(look, false, 1000L),
        new StateOperator.CombinePanes(first, null, null, 5, 1000),
        new StateOperator.CombinePanes(first, first, null, 5, 1000));
  }

  @FuzzTest(maxDuration = "1m")
  void chunk_isRestoredOrRefusedByName(byte[] bytes) throws Exception {
    ChunkWriter chunks = new ChunkWriter(StateFileWriter.KIND);
    chunks.add(ByteBuffer.wrap(bytes));
    ByteBuffer content =
        ByteBuffer.allocate((int) chunks.numBytes() + ChunkWriter.CHUNK_HEADER_BYTES);
    chunks.finish("fuzz").forEach(piece -> content.put(piece.duplicate()));
    StateFile file =
        new StateFile(
            "fuzz",
            Optional.of(content.array()),
            content.capacity(),
            0,
            0,
            1,
            false,
            chunks.checksum());
    StatePlace place = new StatePlace(new StorageInMemory(), Codecs.builtIn(), 0);
    for (StateOperator operator : operators()) {
      StateDefinition definition =
          new StateDefinition("fuzz", operator, new HashPartitioner(1), null, StateLimits.NONE);
      StatePartition partition =
          StatePartitions.of(
              definition, 0, new Quota("fuzz", StateLimits.NONE), objects -> 16L * objects.length);
      try {
        new StateFiles(place, definition, List.of(file)).restoreFromOwn(partition, 0, () -> {});
      } catch (CorruptionException | FormatVersionException | SchemaException e) {
        if (e.getMessage() == null) {
          throw new AssertionError("an error that says nothing", e);
        }
      } catch (IllegalArgumentException e) {
        // A key, such as an array, that can't be one.
        if (!e.getMessage().contains("cannot be a key")) {
          throw e;
        }
      }
    }
  }
}
