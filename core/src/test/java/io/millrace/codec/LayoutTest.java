package io.millrace.codec;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.Tuple2;
import io.millrace.codec.Samples.Color;
import io.millrace.codec.Samples.Square;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Bytes worked out by hand from the description of the package. */
class LayoutTest {

  private final Encoder out = Samples.CODECS.encoder();

  private String bytes() {
    byte[] bytes = new byte[out.size()];
    out.bytes().get(bytes);
    return HexFormat.of().formatHex(bytes);
  }

  private String of(Object value) {
    out.reset();
    out.writeValue(value);
    return bytes();
  }

  private String ofColumn(Object... values) {
    out.reset();
    out.writeValues(values, 0, values.length);
    return bytes();
  }

  private static String text(String latin1) {
    byte[] bytes = latin1.getBytes(StandardCharsets.ISO_8859_1);
    int header = bytes.length << 2;
    HexFormat hex = HexFormat.of();
    String length =
        header < 0x80
            ? hex.toHexDigits((byte) header)
            : hex.toHexDigits((byte) (header | 0x80)) + hex.toHexDigits((byte) (header >> 7));
    return length + hex.formatHex(bytes);
  }

  @Test
  void values_areTagAndContents() {
    assertThat(of(null)).isEqualTo("0100");
    assertThat(of(true)).isEqualTo("0102");
    assertThat(of(300)).isEqualTo("0106d804");
    assertThat(of(-1L)).isEqualTo("010701");
    assertThat(of(1.0)).isEqualTo("0109000000000000f03f");
    assertThat(of("\u00e9")).isEqualTo("010a04e9");
    assertThat(of("\u20ac")).isEqualTo("010a0de282ac");
    assertThat(of("\uD83D")).isEqualTo("010a0a3dd8");
    assertThat(of(LocalDate.of(2026, 11, 22))).isEqualTo("0132d41f0b16");
    assertThat(of(new Tuple2<>(1, null))).isEqualTo("010b060200");
    assertThat(of(List.of(1, 2))).isEqualTo("01500206020604");
    assertThat(of(Map.of(1, 2))).isEqualTo("01550106020604");
    assertThat(of(new long[] {1})).isEqualTo("0145010100000000000000");
  }

  @Test
  void types_areDefinedOnceAndThenNumbered() {
    String definition =
        "01" + text(Square.class.getName()) + "02" + text("side") + "05" + text("label") + "00";
    String constants = "02" + text(Color.class.getName()) + "02" + text("RED") + text("GREEN");
    Object value = List.of(new Square(1, null), new Square(2, null), Color.GREEN, Color.RED);
    assertThat(of(value))
        .isEqualTo(
            "015004"
                + ("0e00" + definition + "0200")
                + "0e010400"
                + ("0f00" + constants + "01")
                + "0f0200");
  }

  @Test
  void columns_areTagCountAndContents() {
    assertThat(ofColumn(7L, 8L, 263L)).isEqualTo("0160030e02000001000001");
    assertThat(ofColumn(5L, 5L)).isEqualTo("0160020a00");
    assertThat(ofColumn(1, 0)).isEqualTo("01610200010100");
    assertThat(ofColumn(true, false, true)).isEqualTo("01630305");
    assertThat(ofColumn("a", "bc")).isEqualTo("0164020002010001616263");
    assertThat(ofColumn(null, null)).isEqualTo("016502");
    assertThat(ofColumn(new Tuple2<>(1L, "a"))).isEqualTo("01660102" + "60010200" + "640100020061");
    assertThat(ofColumn(1, null)).isEqualTo("016802060200");
  }
}
