package io.millrace.codec;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** The stream of format version 1 that every later release must read: values, then columns. */
final class GoldenStream {

  static final String RESOURCE = "/io/millrace/codec/golden-1.bin";

  private GoldenStream() {}

  static List<Object> values() {
    List<Object> values = new ArrayList<>(Samples.scalars());
    values.addAll(Samples.compounds());
    values.addAll(Samples.arrays());
    return values;
  }

  /** What this release writes. */
  static byte[] encode() {
    Encoder out = Samples.CODECS.encoder();
    List<Object> values = values();
    out.writeCount(values.size());
    values.forEach(out::writeValue);
    out.writeCount(Samples.columns().size());
    for (Object[] column : Samples.columns()) {
      out.writeValues(column, 0, column.length);
    }
    byte[] bytes = new byte[out.size()];
    out.bytes().get(bytes);
    return bytes;
  }

  static byte[] stored() throws IOException {
    try (InputStream in = GoldenStream.class.getResourceAsStream(RESOURCE)) {
      if (in == null) {
        throw new IOException("no resource " + RESOURCE);
      }
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      in.transferTo(bytes);
      return bytes.toByteArray();
    }
  }

  /** All values, then all columns. */
  static List<Object> decode(byte[] bytes) throws IOException {
    Decoder in = Samples.CODECS.decoder(ByteBuffer.wrap(bytes), "golden");
    List<Object> items = new ArrayList<>();
    int numValues = in.readCount();
    for (int i = 0; i < numValues; i++) {
      items.add(in.readValue());
    }
    int numColumns = in.readCount();
    for (int i = 0; i < numColumns; i++) {
      items.add(in.readColumn().values());
    }
    in.requireEnd();
    return items;
  }
}
