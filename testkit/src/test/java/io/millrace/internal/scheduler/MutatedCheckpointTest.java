package io.millrace.internal.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.millrace.CorruptionException;
import io.millrace.FormatVersionException;
import io.millrace.checkpoint.CheckpointFormat;
import io.millrace.checkpoint.CheckpointProblem;
import io.millrace.internal.checkpoint.SlotLogCheckpointFormat;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Objects that are not what a checkpoint writes although their checksums are right: what reads a
 * checkpoint from outside says so by name, and throws nothing else.
 */
class MutatedCheckpointTest {

  private static final int SLOT_CHECKSUM = 60;
  private static final int IDENTITY_CHECKSUM = 24;

  private final CheckpointFormat format = new SlotLogCheckpointFormat();

  private static StoredObjects golden(String name) throws Exception {
    return StoredObjects.load(
        Path.of(
            Objects.requireNonNull(MutatedCheckpointTest.class.getResource("/golden/" + name))
                .toURI()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"checkpoint-1", "checkpoint-2", "checkpoint-3", "file-names-3"})
  void someMutations_areNamedProblems(String name) throws Exception {
    mutate(golden(name), 20);
  }

  @ParameterizedTest
  @Tag("slow")
  @ValueSource(strings = {"checkpoint-1", "checkpoint-2", "checkpoint-3", "file-names-3"})
  void anyMutation_isANamedProblem(String name) throws Exception {
    mutate(golden(name), 1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"checkpoint-1", "checkpoint-2", "checkpoint-3", "file-names-3"})
  void goldenCheckpoints_areWhole(String name) throws Exception {
    assertThat(format.verify(golden(name))).isEmpty();
  }

  private void mutate(StoredObjects whole, int stride) {
    SplittableRandom random = new SplittableRandom(20_261_130L + stride);
    whole
        .objects()
        .forEach(
            (name, content) -> {
              boolean isSlot = name.startsWith("log/");
              if (!isSlot && !name.equals("identity")) {
                return;
              }
              int checksum = isSlot ? SLOT_CHECKSUM : IDENTITY_CHECKSUM;
              for (int i = 4; i < content.length; i += 1 + random.nextInt(stride)) {
                for (int value : new int[] {content[i] ^ 1 << random.nextInt(8), 0, 0xFF, 0x80}) {
                  byte[] mutated = content.clone();
                  mutated[i] = (byte) value;
                  require(whole.with(name, signed(mutated, checksum)), i + " of " + name);
                }
              }
            });
  }

  private static byte[] signed(byte[] bytes, int at) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, 0, at);
    crc.update(bytes, at + 4, bytes.length - at - 4);
    ByteBuffer.wrap(bytes).putInt(at, (int) crc.getValue());
    return bytes;
  }

  private void require(StoredObjects mutated, String where) {
    try {
      for (CheckpointProblem problem : format.verify(mutated)) {
        assertThat(problem.message()).as(where).isNotBlank();
      }
    } catch (Exception e) {
      fail("verify with another byte " + where, e);
    }
    try {
      assertThat(format.contents(mutated).id()).isNotBlank();
    } catch (CorruptionException | FormatVersionException e) {
      assertThat(e.getMessage()).as(where).isNotBlank();
    } catch (Exception e) {
      fail("contents with another byte " + where, e);
    }
  }
}
