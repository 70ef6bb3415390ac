package io.millrace.internal.serialization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.millrace.NotSerializableRecordException;
import io.millrace.Tuple2;
import io.millrace.Tuple3;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.math.BigDecimal;
import java.net.Socket;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class RecordCheckTest {
  enum Level {
    LOW
  }

  record Event(String name, Object payload) {}

  record Readings(double[] values, List<Event> events) {}

  static Stream<Arguments> recordsThatTravel() {
    List<Object> cycle = new ArrayList<>();
    cycle.add(cycle);
    return Stream.of(
            "text",
            1,
            2.5,
            'c',
            BigDecimal.TEN,
            UUID.fromString("123e4567-e89b-12d3-a456-426614174000"),
            Instant.EPOCH,
            ZoneId.of("Europe/Berlin"),
            Level.LOW,
            new byte[3],
            new int[][] {{1}, {2}},
            new Event[] {new Event("a", 1)},
            Optional.of(new Event("a", 1)),
            Optional.empty(),
            Tuple2.of("a", null),
            Tuple3.of("a", new Event("b", Level.LOW), new byte[1]),
            new Event("not serializable, but has an encoding", 1),
            new Readings(new double[] {1}, List.of(new Event("a", null))),
            List.of(new Event("a", 1)),
            new ArrayList<>(List.of(1, 2, 3)).subList(0, 2),
            Collections.unmodifiableList(Arrays.asList(1, null)),
            Set.of(Level.LOW),
            Map.of("k", new Event("a", 1)),
            new Pojo("serializable"),
            cycle)
        .map(Arguments::of);
  }

  @ParameterizedTest
  @MethodSource("recordsThatTravel")
  void check_acceptsWhatHasAnEncodingOrIsSerializable(Object record) {
    RecordCheck.check(record, "reduceByKey");
  }

  @Test
  void check_acceptsNull() {
    RecordCheck.check(null, "reduceByKey");
  }

  @Test
  void check_namesWhereTypeAndWayToTheOffender() {
    NotSerializableRecordException refusal =
        refusal(Tuple2.of("k", new Event("a", new Socket())), "reduceByKey");

    assertThat(refusal.typeName()).isEqualTo("io.millrace.Tuple2");
    assertThat(refusal)
        .hasMessage(
            "a record of type io.millrace.Tuple2 cannot travel from reduceByKey to another JVM: it"
                + " holds component '_2' of type "
                + Event.class.getTypeName()
                + " -> component 'payload' of type java.net.Socket, which is not Serializable. Make"
                + " java.net.Socket a record or Serializable, or map to another type before this.");
  }

  @Test
  void check_namesARecordThatIsItselfTheOffender() {
    assertThat(refusal(new Plain(), "repartition"))
        .hasMessageContaining(
            "a record of type "
                + Plain.class.getTypeName()
                + " cannot travel from repartition to another JVM: it is not Serializable");
  }

  @Test
  void check_followsTheFieldsOfASerializableClass() {
    assertThat(refusal(List.of(new Pojo(new Plain())), "groupByKey"))
        .hasMessageContaining("holds element 0 of type " + Pojo.class.getTypeName())
        .hasMessageContaining("-> field 'held' of type " + Plain.class.getTypeName());
  }

  @Test
  void check_looksAtTheFirstElementsOfEachContainer() {
    assertThat(refusal(Map.of("k", new Plain()), "join")).hasMessageContaining("a value of type");
    assertThat(refusal(Map.of(new Plain(), 1), "join")).hasMessageContaining("a key of type");
    assertThat(refusal(Set.of(new Plain()), "join")).hasMessageContaining("an element of type");
    assertThat(refusal(Optional.of(new Plain()), "join")).hasMessageContaining("the value of type");
    assertThat(refusal(new Object[] {1, new Plain()}, "join")).hasMessageContaining("element 1 of");

    List<Object> long9 = new ArrayList<>(Collections.nCopies(8, 1));
    long9.add(new Plain());
    RecordCheck.check(long9, "join");
  }

  @Test
  void check_looksAtComponentsOfEachRecordAnew() {
    RecordCheck.check(new Event("a", 1), "join");

    assertThat(refusal(new Event("a", new Plain()), "join"))
        .hasMessageContaining("component 'payload'");
  }

  @Test
  void check_triesJavaSerializationOncePerClass() {
    Counting.written = 0;
    for (int i = 0; i < 5; i++) {
      RecordCheck.check(Tuple2.of(i, new Counting()), "join");
    }

    assertThat(Counting.written).isEqualTo(1);
  }

  @Test
  void check_doesNotTakeAUsersCollectionForItsElements() {
    assertThat(refusal(new Basket(), "join"))
        .hasMessageContaining("holds field 'owner' of type " + Plain.class.getTypeName());
  }

  @Test
  void check_reportsAFailureToReadBack() {
    assertThat(refusal(Tuple2.of(1, new FailsToRead()), "join"))
        .hasMessageContaining("can be written but not read back (java.io.IOException: torn)");
  }

  private static NotSerializableRecordException refusal(Object record, String where) {
    NotSerializableRecordException refusal =
        catchThrowableOfType(
            NotSerializableRecordException.class, () -> RecordCheck.check(record, where));
    assertThat(refusal).as("a refusal").isNotNull();
    return refusal;
  }

  static final class Plain {}

  static final class Pojo implements Serializable {
    final Object held;

    Pojo(Object held) {
      this.held = held;
    }
  }

  static final class Basket extends ArrayList<String> {
    final Object owner = new Plain();
  }

  static final class Counting implements Serializable {
    static int written;

    private void writeObject(ObjectOutputStream out) throws IOException {
      written++;
      out.defaultWriteObject();
    }
  }

  static final class FailsToRead implements Serializable {
    private void readObject(ObjectInputStream in) throws IOException {
      throw new IOException("torn");
    }
  }
}
