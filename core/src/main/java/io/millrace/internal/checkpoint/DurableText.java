package io.millrace.internal.checkpoint;

import io.millrace.codec.Codecs;
import io.millrace.codec.Decoder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Objects;

/** What a source has written down, for people to read. */
final class DurableText {

  private static final Codecs CODECS = Codecs.builtIn();

  private DurableText() {}

  static String of(byte[] bytes) {
    try {
      Decoder decoder = CODECS.decoder(ByteBuffer.wrap(bytes), "the words of a source");
      return Objects.toString(decoder.readValue());
    } catch (IOException e) {
      return bytes.length + " bytes that only the program can read: " + e.getMessage();
    }
  }
}
