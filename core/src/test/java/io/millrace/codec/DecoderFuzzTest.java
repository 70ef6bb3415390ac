package io.millrace.codec;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.millrace.CorruptionException;
import io.millrace.FormatVersionException;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Tag;

/**
 * Any bytes at all end in values or in one of three exceptions. Runs the stored inputs as a test;
 * searches for others with {@code JAZZER_FUZZ=1 mvn test -pl core -Dtest=DecoderFuzzTest
 * -Dsurefire.failIfNoSpecifiedTests=false}.
 */
@Tag("fuzz")
class DecoderFuzzTest {

  @FuzzTest(maxDuration = "1m")
  void stream_isReadOrRefusedByName(byte[] bytes) throws IOException {
    try {
      Decoder in = Samples.CODECS.decoder(ByteBuffer.wrap(bytes), "fuzz");
      int numValues = in.readCount();
      for (int i = 0; i < numValues; i++) {
        in.readValue();
      }
      while (in.hasRemaining()) {
        in.readColumn();
      }
    } catch (CorruptionException | FormatVersionException | SchemaException e) {
      requirePlace(e);
    }
  }

  private static void requirePlace(IOException e) {
    if (e.getMessage() == null || !e.getMessage().contains("fuzz")) {
      throw new AssertionError("an error that does not say where", e);
    }
  }
}
