package io.millrace;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.ArrayList;
import java.util.LinkedList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TupleTest {
  @Test
  void toString_readsAsInScala() {
    assertThat(Tuple2.of("a", 1)).hasToString("(a,1)");
    assertThat(Tuple3.of("a", 1, true)).hasToString("(a,1,true)");
    assertThat(Tuple4.of("a", 1, true, null)).hasToString("(a,1,true,null)");
  }

  @Test
  void equals_comparesComponentsInOrder() {
    assertThat(Tuple2.of("a", 1)).isEqualTo(new Tuple2<>("a", 1)).isNotEqualTo(Tuple2.of(1, "a"));
    assertThat(Tuple3.of(1, 2, 3)).isEqualTo(Tuple3.of(1, 2, 3)).isNotEqualTo(Tuple3.of(1, 2, 4));
    assertThat(Tuple4.of(1, 2, 3, 4))
        .isEqualTo(Tuple4.of(1, 2, 3, 4))
        .isNotEqualTo(Tuple4.of(1, 2, 3, 5));
  }

  @Test
  void equals_treatsNullAsAValue() {
    assertThat(Tuple2.of(null, 1)).isEqualTo(Tuple2.of(null, 1)).isNotEqualTo(Tuple2.of(1, null));
    assertThat(Tuple4.of(null, null, null, null)).isEqualTo(Tuple4.of(null, null, null, null));
  }

  @Test
  void equals_tellsTuplesOfDifferentLengthApart() {
    assertThat((Object) Tuple2.of(1, 2)).isNotEqualTo(Tuple3.of(1, 2, null)).isNotEqualTo(null);
  }

  @Test
  void hashCode_agreesWithEqualsForNestedTuples() {
    Tuple2<?, ?> one = Tuple2.of(Tuple3.of(1, List.of("x"), null), new ArrayList<>(List.of(2)));
    Tuple2<?, ?> other = Tuple2.of(Tuple3.of(1, List.of("x"), null), new LinkedList<>(List.of(2)));

    assertThat(one).isEqualTo(other).hasSameHashCodeAs(other);
    assertThat(Set.<Object>of(one).contains(other)).isTrue();
  }

  @Test
  void hashCode_isTheDocumentedFunctionOfTheComponents() {
    assertThat(Tuple2.of("a", null).hashCode()).isEqualTo(31 * "a".hashCode());
    assertThat(Tuple2.of("a", 7).hashCode()).isEqualTo(31 * "a".hashCode() + 7);
  }

  @Test
  void swap_exchangesTheComponents() {
    assertThat(Tuple2.of("a", 1).swap()).isEqualTo(Tuple2.of(1, "a"));
  }

  @Test
  void tuples_surviveJavaSerialization() throws Exception {
    List<Object> tuples =
        new ArrayList<>(List.of(Tuple2.of("a", null), Tuple3.of(1, 2, 3), Tuple4.of(1, 2, 3, 4)));

    assertThat(roundTrip(tuples)).isEqualTo(tuples);
  }

  private static Object roundTrip(Object value) throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(value);
    }
    return new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray())).readObject();
  }
}
