package io.millrace.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import io.millrace.CorruptionException;
import io.millrace.FormatVersionException;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class GoldenStreamTest {

  /**
   * Bytes on the heap for each byte of a stream, at most. The dearest are an empty map of two bytes
   * and numbers of no bytes that get boxed.
   */
  private static final long MAX_EXPANSION = 4000;

  private static final long MAX_OVERHEAD = 1 << 20;

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  @Test
  void whatVersion1Wrote_isRead() throws IOException {
    List<Object> expected = new ArrayList<>(GoldenStream.values());
    expected.addAll(Samples.columns());
    List<Object> items = GoldenStream.decode(GoldenStream.stored());
    assertThat(Arrays.deepEquals(items.toArray(), expected.toArray())).isTrue();
  }

  @Test
  void whatIsWritten_isWhatVersion1Wrote() throws IOException {
    assertThat(GoldenStream.encode()).isEqualTo(GoldenStream.stored());
  }

  @Test
  void everyTruncation_isNamed() throws IOException {
    byte[] golden = GoldenStream.stored();
    for (int length = 0; length < golden.length; length++) {
      byte[] cut = Arrays.copyOf(golden, length);
      assertThatThrownBy(() -> GoldenStream.decode(cut))
          .as("%d bytes", length)
          .isInstanceOf(CorruptionException.class)
          .hasMessageContaining("golden, at byte ");
    }
  }

  @Test
  @org.junit.jupiter.api.Tag("slow")
  void everyFlippedBit_isNamedOrGivesAValue_withinTheBoundOnMemory() throws IOException {
    byte[] golden = GoldenStream.stored();
    for (int at = 0; at < golden.length; at++) {
      for (int bit = 0; bit < Byte.SIZE; bit++) {
        byte[] flipped = golden.clone();
        flipped[at] ^= (byte) (1 << bit);
        requireNamedOrRead(flipped);
      }
      for (int value : new int[] {0, 0x7F, 0x80, 0xFF}) {
        byte[] changed = golden.clone();
        changed[at] = (byte) value;
        requireNamedOrRead(changed);
      }
    }
  }

  /** Any exception but those three fails the test. */
  private static void requireNamedOrRead(byte[] bytes) {
    long before = THREADS.getCurrentThreadAllocatedBytes();
    try {
      GoldenStream.decode(bytes);
    } catch (CorruptionException | FormatVersionException | SchemaException e) {
      assertThat(e).hasMessageContaining("golden");
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    long allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
    assertThat(allocated).isLessThan(MAX_OVERHEAD + MAX_EXPANSION * bytes.length);
  }

  private static byte[] stream(int... bytes) {
    byte[] stream = new byte[bytes.length + 1];
    stream[0] = Encoder.FORMAT_VERSION;
    for (int i = 0; i < bytes.length; i++) {
      stream[i + 1] = (byte) bytes[i];
    }
    return stream;
  }

  private static Decoder decoder(byte[] bytes) throws IOException {
    return Samples.CODECS.decoder(ByteBuffer.wrap(bytes), "golden");
  }

  @Test
  void claimedLengths_areRefusedBeforeAnythingIsAllocated() {
    for (int tag = 0; tag < 128; tag++) {
      byte[] claim = stream(tag, 0xFF, 0xFF, 0xFF, 0xFF, 0x07, 0, 0, 0, 0, 0);
      long before = THREADS.getCurrentThreadAllocatedBytes();
      readAny(claim, false);
      readAny(claim, true);
      assertThat(THREADS.getCurrentThreadAllocatedBytes() - before)
          .as("tag %d", tag)
          .isLessThan(MAX_OVERHEAD);
    }
  }

  private static void readAny(byte[] bytes, boolean isColumn) {
    try {
      Decoder in = decoder(bytes);
      Object read = isColumn ? in.readColumn() : in.readValue();
      assertThat(read).isNotSameAs(in);
    } catch (CorruptionException | SchemaException e) {
      assertThat(e).hasMessageContaining("golden, at byte");
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void nestedClaims_areRefusedAtTheBoundOfDepth() {
    int[] lists = new int[10_000];
    for (int i = 0; i < lists.length; i += 2) {
      lists[i] = Tag.LIST;
      lists[i + 1] = 1;
    }
    assertThatThrownBy(() -> decoder(stream(lists)).readValue())
        .isInstanceOf(CorruptionException.class)
        .hasMessageContaining("nested more than 200 deep");
    int[] tuples = new int[10_000];
    for (int i = 0; i < tuples.length - 2; i += 3) {
      tuples[i] = Tag.TUPLE_COLUMN;
      tuples[i + 1] = 1;
      tuples[i + 2] = 2;
    }
    assertThatThrownBy(() -> decoder(stream(tuples)).readColumn())
        .isInstanceOf(CorruptionException.class)
        .hasMessageContaining("nested more than 200 deep");
  }

  @Test
  void numbersOfNoBytes_areBounded() throws IOException {
    byte[] allowed = stream(Tag.LONG_COLUMN, 0x80, 0x20, 2, 0); // 4096 times 1
    assertThat(decoder(allowed).readColumn().longs()).hasSize(4096).containsOnly(1);
    assertThatThrownBy(() -> decoder(stream(Tag.LONG_COLUMN, 0x80, 0x80, 0x04, 2, 0)).readColumn())
        .isInstanceOf(CorruptionException.class)
        .hasMessageContaining("65536 elements that take no bytes");
  }

  @Test
  void anotherVersion_isNoCorruption() {
    assertThatThrownBy(() -> decoder(new byte[] {2, 0}))
        .isInstanceOf(FormatVersionException.class)
        .hasMessageContaining("golden has format version 2");
    assertThatThrownBy(() -> decoder(new byte[0])).isInstanceOf(CorruptionException.class);
  }

  @Test
  void bytesAfterTheLastItem_areRefused() {
    assertThatThrownBy(() -> decoder(stream(0, 0)).requireEnd())
        .isInstanceOf(CorruptionException.class)
        .hasMessageContaining("2 bytes more");
  }
}
