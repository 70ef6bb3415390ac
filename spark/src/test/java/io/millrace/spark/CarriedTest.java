package io.millrace.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CarriedTest {

  /** Java's serialization alone would refuse it. */
  private record Point(int x, int y) {}

  private static Carried travelled(Carried carried) throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(carried);
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      return (Carried) in.readObject();
    }
  }

  @Test
  void records_travelInTheirOrder_nullsToo() throws Exception {
    Object[] records = {new Point(1, 2), null, "text", 3L};
    Carried carried = Carried.of(records, 0, records.length);

    Carried there = travelled(carried);

    assertThat(there.numRecords()).isEqualTo(4);
    assertThat(there.records()).containsExactly(records);
    assertThat(travelled(there).asList()).as("travels on").isEqualTo(Arrays.asList(records));
    assertThat(carried.records()).as("stays readable here").containsExactly(records);
  }

  @Test
  void aPartOfAnArray_isCopied() {
    Object[] chunk = {"a", "b", "c", "d"};
    Carried carried = Carried.of(chunk, 1, 3);
    chunk[1] = "changed";
    assertThat(carried.records()).containsExactly("b", "c");
  }

  @Test
  void moreRecordsThanAChunk_andNone() throws Exception {
    List<Integer> many = IntStream.range(0, 1_000).boxed().toList();
    Carried encoded = Carried.encoded(many.iterator());
    assertThat(encoded.numBytes()).isPositive();
    assertThat(travelled(encoded).asList()).isEqualTo(many);
    assertThat(travelled(Carried.encoded(List.of().iterator())).records()).isEmpty();
  }

  @Test
  void aValue_mayBeNull() throws Exception {
    assertThat(travelled(Carried.ofValue(null)).value()).isNull();
    assertThat(travelled(Carried.ofValue(new Point(3, 4))).value()).isEqualTo(new Point(3, 4));
  }

  @Test
  void asList_isTheCallersOwn() {
    Carried carried = Carried.of(new Object[] {1}, 0, 1);
    carried.asList().clear();
    assertThat(carried.records()).containsExactly(1);
  }
}
