package io.millrace.internal.scheduler;

import io.millrace.NotEncodableException;
import io.millrace.codec.Codecs;
import io.millrace.codec.Decoder;
import io.millrace.codec.Encoder;
import io.millrace.stream.CheckpointException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** Small values of sources as bytes. */
final class DurableValues {

  private final Codecs codecs;

  DurableValues(Codecs codecs) {
    this.codecs = codecs;
  }

  byte[] encode(Object value, String what) {
    Encoder encoder = codecs.encoder();
    try {
      encoder.writeValue(value);
    } catch (NotEncodableException e) {
      throw new CheckpointException(what + " can't be written: " + e.getMessage(), e);
    }
    ByteBuffer bytes = encoder.bytes();
    byte[] copy = new byte[bytes.remaining()];
    bytes.duplicate().get(copy);
    return copy;
  }

  Object decode(byte[] bytes, String what) {
    try {
      Decoder decoder = codecs.decoder(ByteBuffer.wrap(bytes), what);
      Object value = Objects.requireNonNull(decoder.readValue(), () -> what + " is null");
      decoder.requireEnd();
      return value;
    } catch (IOException e) {
      throw new CheckpointException(what + " can't be read: " + e.getMessage(), e);
    }
  }

  List<Object> decodeAll(List<byte[]> all, String what) {
    List<Object> values = new ArrayList<>();
    all.forEach(bytes -> values.add(decode(bytes, what)));
    return values;
  }
}
