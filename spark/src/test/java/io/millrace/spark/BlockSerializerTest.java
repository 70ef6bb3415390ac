package io.millrace.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.spark.serializer.DeserializationStream;
import org.apache.spark.serializer.SerializationStream;
import org.junit.jupiter.api.Test;
import scala.Tuple2;
import scala.reflect.ClassTag;
import scala.reflect.ClassTag$;

class BlockSerializerTest {

  private static final ClassTag<Object> ANY = ClassTag$.MODULE$.apply(Object.class);
  private static final ClassTag<BlockTag> TAG = ClassTag$.MODULE$.apply(BlockTag.class);
  private static final ClassTag<byte[]> BYTES = ClassTag$.MODULE$.apply(byte[].class);
  private static final BlockTag FIRST = new BlockTag(1, 2, 3, 4);
  private static final BlockTag SECOND = new BlockTag(5, 6, 7, Integer.MAX_VALUE);

  private final BlockSerializer serializer = new BlockSerializer();

  private byte[] written(List<Map.Entry<BlockTag, byte[]>> blocks) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    SerializationStream out = serializer.newInstance().serializeStream(bytes);
    for (Map.Entry<BlockTag, byte[]> block : blocks) {
      out.writeKey(block.getKey(), ANY).writeValue(block.getValue(), ANY);
    }
    out.close();
    return bytes.toByteArray();
  }

  private DeserializationStream reading(byte[] bytes) {
    return serializer.newInstance().deserializeStream(new ByteArrayInputStream(bytes));
  }

  @Test
  void blocks_comeBackInOrder_andTheStreamEnds() {
    byte[] bytes =
        written(List.of(Map.entry(FIRST, new byte[] {7, 8}), Map.entry(SECOND, new byte[0])));

    assertThat(bytes).as("5 ints and the bytes of each").hasSize(2 * 20 + 2);
    DeserializationStream in = reading(bytes);
    assertThat(in.readKey(TAG)).isEqualTo(FIRST);
    assertThat(in.readValue(BYTES)).containsExactly(7, 8);
    assertThat(in.readKey(TAG)).isEqualTo(SECOND);
    assertThat(in.readValue(BYTES)).isEmpty();
    assertThatThrownBy(() -> in.readKey(TAG)).isInstanceOf(EOFException.class);
  }

  @Test
  void aBlockCutShort_isAnEnd_notABlock() {
    byte[] bytes = written(List.of(Map.entry(FIRST, new byte[] {7, 8, 9})));
    DeserializationStream in = reading(Arrays.copyOf(bytes, bytes.length - 1));
    assertThat(in.readKey(TAG)).isEqualTo(FIRST);
    assertThatThrownBy(() -> in.readValue(BYTES)).isInstanceOf(EOFException.class);
  }

  @Test
  void blocks_canBeMovedAround_asSparkDoesWhenItMergesFiles() {
    assertThat(serializer.supportsRelocationOfSerializedObjects()).isTrue();
    byte[] first = written(List.of(Map.entry(FIRST, new byte[] {1})));
    byte[] second = written(List.of(Map.entry(SECOND, new byte[] {2})));
    byte[] swapped = ByteBuffer.allocate(42).put(second).put(first).array();
    DeserializationStream in = reading(swapped);
    assertThat(in.readKey(TAG)).isEqualTo(SECOND);
    assertThat(in.readValue(BYTES)).containsExactly(2);
    assertThat(in.readKey(TAG)).isEqualTo(FIRST);
    assertThat(in.readValue(BYTES)).containsExactly(1);
  }

  @Test
  void oneObject_isAPair() {
    Tuple2<Object, Object> pair = new Tuple2<>(FIRST, new byte[] {5});
    ByteBuffer bytes = serializer.newInstance().serialize(pair, ANY);
    Tuple2<?, ?> back = (Tuple2<?, ?>) serializer.newInstance().deserialize(bytes, ANY);
    assertThat(back._1()).isEqualTo(FIRST);
    assertThat((byte[]) back._2()).containsExactly(5);
  }

  @Test
  void whatIsNoPartOfABlock_isRefused() {
    assertThatThrownBy(() -> serializer.newInstance().serialize("text", ANY))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("java.lang.String");
  }
}
