package io.millrace.rdd;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.Conf;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LineReaderTest {

  @Test
  void next_endsLinesAtAllThreeTerminators() throws IOException {
    assertThat(lines("a\nb\r\nc\rd", 64)).containsExactly("a", "b", "c", "d");
  }

  @Test
  void next_yieldsEmptyLinesBetweenTerminatorsButNoneAfterTheLast() throws IOException {
    assertThat(lines("\n\r\n\ra\n", 64)).containsExactly("", "", "", "a");
    assertThat(lines("", 64)).isEmpty();
    assertThat(lines("\r", 64)).containsExactly("");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 5, 7, 64})
  void next_isTheSameWhereverTheBufferEnds(int bufferBytes) throws IOException {
    String text = "first\r\nsecond\n\n\rzwölf € 𝄞\r\na much longer line than the buffer\r";

    assertThat(lines(text, bufferBytes))
        .containsExactly(
            "first", "second", "", "", "zwölf € 𝄞", "a much longer line than the buffer");
  }

  @Test
  void next_replacesMalformedBytes() throws IOException {
    byte[] bytes = {'a', (byte) 0xFF, 'b', '\n', (byte) 0xC3};

    assertThat(lines(bytes, 64)).containsExactly("a\uFFFDb", "\uFFFD");
  }

  @Test
  void offset_isThatOfTheNextLine() throws IOException {
    LineReader reader = reader("ab\r\n€\nx".getBytes(UTF_8), 2);

    List<Long> offsets = new ArrayList<>();
    do {
      offsets.add(reader.offset());
    } while (reader.next() != null);

    assertThat(offsets).containsExactly(0L, 4L, 8L, 9L);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 64})
  void skipByteOrderMark_leavesOutTheMarkAndNothingElse(int bufferBytes) throws IOException {
    LineReader marked = reader("\uFEFFab\n".getBytes(UTF_8), bufferBytes);
    marked.skipByteOrderMark();
    LineReader plain = reader("ab".getBytes(UTF_8), bufferBytes);
    plain.skipByteOrderMark();
    LineReader empty = reader(new byte[0], bufferBytes);
    empty.skipByteOrderMark();

    assertThat(marked.next()).isEqualTo("ab");
    assertThat(plain.next()).isEqualTo("ab");
    assertThat(empty.next()).isNull();
  }

  private static List<String> lines(String text, int bufferBytes) throws IOException {
    return lines(text.getBytes(UTF_8), bufferBytes);
  }

  private static List<String> lines(byte[] bytes, int bufferBytes) throws IOException {
    LineReader reader = reader(bytes, bufferBytes);
    List<String> lines = new ArrayList<>();
    for (String line = reader.next(); line != null; line = reader.next()) {
      lines.add(line);
    }
    return lines;
  }

  private static LineReader reader(byte[] bytes, int bufferBytes) {
    return new LineReader(
        new ByteArrayInputStream(bytes), 0, LineLimit.ofFiles(new Conf()), bufferBytes);
  }
}
