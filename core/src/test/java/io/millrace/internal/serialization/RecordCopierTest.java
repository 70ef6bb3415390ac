package io.millrace.internal.serialization;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.Tuple2;
import java.net.Socket;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RecordCopierTest {

  enum Level {
    LOW
  }

  record Point(int x, double y, String name) {}

  record Box(Object content) {}

  private final RecordCopier copier = new RecordCopier();

  @Test
  void whatCannotChange_isItsOwnCopy() {
    Arrays.asList(
            null,
            "text",
            1,
            Level.LOW,
            Instant.EPOCH,
            new Point(1, 2, "a"),
            new Box("text"),
            new Box(new Point(1, 2, "a")),
            Tuple2.of("a", null),
            Tuple2.of("a", new Point(1, 2, "b")),
            Optional.of(1L))
        .forEach(record -> assertThat(copier.copy(record)).isSameAs(record));
  }

  @Test
  void whatCanChange_isCopiedThroughout() {
    List<Integer> inner = new ArrayList<>(List.of(1));
    Tuple2<String, Box> record = Tuple2.of("a", new Box(inner));

    Object copy = copier.copy(record);
    inner.add(2);

    assertThat(copy).isEqualTo(Tuple2.of("a", new Box(List.of(1))));
    int[] array = {1};
    assertThat(copier.copy(array)).isNotSameAs(array).isEqualTo(new int[] {1});
  }

  @Test
  void copyAll_copiesWhatCanChangeAmongTheFirst() {
    List<Integer> list = List.of(1);
    Object[] records = {"a", 1, list, null, 2L, list};

    copier.copyAll(records, 5);

    assertThat(records).containsExactly("a", 1, list, null, 2L, list);
    assertThat(records[2]).isNotSameAs(list);
    assertThat(records[5]).isSameAs(list);
  }

  @Test
  void whatCannotBeWritten_isItsOwnCopy() throws Exception {
    try (Socket socket = new Socket()) {
      assertThat(copier.copy(socket)).isSameAs(socket);
    }
  }
}
