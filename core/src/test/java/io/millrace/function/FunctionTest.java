package io.millrace.function;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.Tuple2;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FunctionTest {
  @ParameterizedTest
  @ValueSource(
      classes = {
        Function0.class,
        Function.class,
        Function2.class,
        Function3.class,
        Function4.class,
        VoidFunction.class,
        VoidFunction2.class,
        PairFunction.class,
        FlatMapFunction.class,
        FlatMapFunction2.class,
        PairFlatMapFunction.class,
        DoubleFunction.class,
        DoubleFlatMapFunction.class,
        CoGroupFunction.class
      })
  void functions_areSerializableAndHaveOneMethodThatMayThrow(Class<?> type) throws Exception {
    assertThat(type).isInterface().hasAnnotation(FunctionalInterface.class);
    assertThat(type.getInterfaces()).containsExactly(Serializable.class);
    assertThat(type.getDeclaredMethods())
        .singleElement()
        .satisfies(
            method -> {
              assertThat(method.getName()).isEqualTo("call");
              assertThat(method.getExceptionTypes()).containsExactly(Exception.class);
            });
  }

  @Test
  void lambdas_mayThrowCheckedExceptions() {
    Function<String, Integer> failing =
        value -> {
          throw new IOException(value);
        };

    assertThatThrownBy(() -> failing.call("disk full")).isInstanceOf(IOException.class);
  }

  @Test
  void lambdas_surviveJavaSerialization() throws Exception {
    int captured = 7;
    PairFunction<String, String, Integer> function = value -> Tuple2.of(value, captured);

    assertThat(roundTrip(function).call("a")).isEqualTo(Tuple2.of("a", 7));
  }

  @Test
  void comparing_ordersByAKeyAfterJavaSerialization() throws Exception {
    SerializableComparator<Tuple2<String, Integer>> byCount =
        SerializableComparator.comparing(Tuple2::_2);
    List<Tuple2<String, Integer>> counts =
        new ArrayList<>(List.of(Tuple2.of("b", 2), Tuple2.of("c", 3), Tuple2.of("a", 1)));

    Collections.sort(counts, roundTrip(byCount));
    assertThat(counts).extracting(Tuple2::_1).containsExactly("a", "b", "c");
    Collections.sort(counts, roundTrip(byCount.reversed()));
    assertThat(counts).extracting(Tuple2::_1).containsExactly("c", "b", "a");
  }

  @Test
  void comparing_namesTheValueWhoseKeyThrows() {
    SerializableComparator<String> failing =
        SerializableComparator.<String, String>comparing(
            value -> {
              throw new IOException("disk full");
            });

    assertThatThrownBy(() -> failing.compare("this", "that"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("the key to compare this by")
        .hasRootCauseMessage("disk full");
  }

  @Test
  void comparator_sortsAndReversesAfterJavaSerialization() throws Exception {
    SerializableComparator<Integer> natural = SerializableComparator.naturalOrder();
    List<Integer> values = new ArrayList<>(List.of(2, 3, 1));

    Collections.sort(values, roundTrip(natural));
    assertThat(values).containsExactly(1, 2, 3);
    Collections.sort(values, roundTrip(natural.reversed()));
    assertThat(values).containsExactly(3, 2, 1);
    Collections.sort(values, roundTrip(natural.reversed().reversed()));
    assertThat(values).containsExactly(1, 2, 3);
  }

  @SuppressWarnings("unchecked")
  private static <T> T roundTrip(T value) throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(value);
    }
    return (T) new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray())).readObject();
  }
}
