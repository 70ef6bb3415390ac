package io.millrace.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.millrace.Tuple2;
import java.io.IOException;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ColumnTest {

  private final Encoder out = Samples.CODECS.encoder();

  private Column reread() throws IOException {
    Decoder in = Samples.CODECS.decoder(out.bytes(), "test");
    Column column = in.readColumn();
    in.requireEnd();
    return column;
  }

  @Test
  void columnsOfAllKinds_comeBack() throws IOException {
    for (Object[] values : Samples.columns()) {
      out.writeValues(values, 0, values.length);
    }
    Decoder in = Samples.CODECS.decoder(out.bytes(), "test");
    for (Object[] values : Samples.columns()) {
      assertThat(in.readColumn().values()).isEqualTo(values);
    }
    in.requireEnd();
  }

  @Test
  void randomColumns_comeBack() throws IOException {
    for (long seed = 0; seed < 300; seed++) {
      Random random = new Random(seed);
      Object[] values = new Object[random.nextInt(20)];
      int depth = random.nextInt(3);
      for (int i = 0; i < values.length; i++) {
        values[i] = random.nextBoolean() ? Samples.order(i) : Samples.random(random, depth);
      }
      out.reset();
      out.writeValues(values, 0, values.length);
      assertThat(reread().values()).as("seed %d", seed).isEqualTo(values);
    }
  }

  @Test
  void longs_ofAnyRangeComeBack() throws IOException {
    Random random = new Random(1);
    for (int bits = 0; bits < Long.SIZE; bits++) {
      for (int count : new int[] {0, 1, 2, 7, 100}) {
        long offset = random.nextLong();
        int shift = bits;
        long[] longs =
            random.longs(count).map(l -> shift == 0 ? offset : offset + (l >>> -shift)).toArray();
        out.reset();
        out.writeLongs(longs, count);
        Column column = reread();
        assertThat(column.isLongs()).isTrue();
        assertThat(column.longs()).containsExactly(longs);
      }
    }
  }

  @Test
  void longs_areAsLongAsTheirRangeDemands() {
    long[] longs = new long[1000];
    Arrays.setAll(longs, i -> 1_000_000_000_000L + i);
    int before = out.size();
    out.writeLongs(longs, longs.length);
    assertThat(out.size() - before).isLessThan(2 * longs.length + 20);
  }

  @Test
  void boxedLongs_becomeAColumnOfLongs() throws IOException {
    out.writeValues(new Object[] {"left out", 1L, 2L, "left out"}, 1, 2);
    Column column = reread();
    assertThat(column.count()).isEqualTo(2);
    assertThat(column.longs()).containsExactly(1, 2);
    assertThat(column.values()).containsExactly(1L, 2L);
  }

  @Test
  void otherColumns_haveNoLongs() throws IOException {
    out.writeValues(new Object[] {1, 2}, 0, 2);
    Column column = reread();
    assertThat(column.isLongs()).isFalse();
    assertThatIllegalStateException().isThrownBy(column::longs);
  }

  @Test
  void equalNumbers_takeNoBytesUntilTheStreamIsTooShortForThem() throws IOException {
    Object[] values = new Object[4096];
    Arrays.fill(values, new Tuple2<>(5L, null));
    out.writeValues(values, 0, values.length);
    int few = out.size();
    assertThat(few).isLessThan(8000);
    Object[] many = new Object[1_000_000];
    Arrays.fill(many, 5L);
    out.reset();
    out.writeValues(many, 0, many.length);
    assertThat(out.size()).isGreaterThan(many.length);
    assertThat(reread().values()).isEqualTo(many);
  }

  @Test
  void componentsOfRecords_arePackedInColumns() {
    Object[] orders = new Object[1000];
    Arrays.setAll(orders, i -> new Samples.Square(i, "x"));
    out.writeValues(orders, 0, orders.length);
    assertThat(out.size()).isLessThan(4 * orders.length);
  }

  @Test
  void aRangeOutsideTheArray_isRefused() {
    assertThatIllegalArgumentException().isThrownBy(() -> out.writeLongs(new long[1], 2));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> out.writeValues(new Object[2], 1, 2))
        .withMessage("2 values from place 1 of an array of 2");
  }
}
