package io.millrace.spark;

import io.millrace.internal.serialization.TaggedRecordFormat;
import io.millrace.spi.RecordFormat;
import io.millrace.spi.plan.RecordReader;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Externalizable;
import java.io.IOException;
import java.io.ObjectInput;
import java.io.ObjectOutput;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Records on their way, in Millrace's own encoding, so that what travels on the embedded engine
 * travels here: Java records, say, that Java's serialization refuses. Bytes are decoded by who asks
 * for the records first, so with the class loader of the code that uses them.
 *
 * <p>Safe for concurrent use.
 */
public final class Carried implements Externalizable {

  private static final long serialVersionUID = 1L;
  private static final RecordFormat FORMAT = new TaggedRecordFormat();
  private static final int CHUNK = 256;

  private int numRecords;
  private byte @Nullable [] bytes;
  private Object @Nullable [] records;

  /** For deserialization alone. */
  public Carried() {}

  private Carried(Object[] records) {
    this.records = records;
    this.numRecords = records.length;
  }

  private Carried(byte[] bytes, int numRecords) {
    this.bytes = bytes;
    this.numRecords = numRecords;
  }

  /** Records that are encoded when they have to travel. */
  static Carried of(Object[] records, int from, int to) {
    return new Carried(Arrays.copyOfRange(records, from, to));
  }

  /** A single value, which may be null. */
  static Carried ofValue(@Nullable Object value) {
    @SuppressWarnings("NullAway") // records may be null
    Object[] one = {value};
    return new Carried(one);
  }

  /** Records that are encoded at once. */
  static Carried encoded(Iterator<?> records) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    int count = 0;
    try (RecordFormat.Writer writer = FORMAT.writer(out)) {
      for (; records.hasNext(); count++) {
        writer.write(records.next());
      }
      writer.complete();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new Carried(out.toByteArray(), count);
  }

  int numRecords() {
    return numRecords;
  }

  /** How many bytes it takes to send this. */
  int numBytes() {
    return encode().length;
  }

  /** The records; not to be changed. */
  synchronized Object[] records() {
    Object[] decoded = records;
    if (decoded == null) {
      decoded = decode();
      records = decoded;
      bytes = null;
    }
    return decoded;
  }

  /** The single value. */
  Object value() {
    return records()[0];
  }

  /** A list of its own. */
  List<Object> asList() {
    return new ArrayList<>(Arrays.asList(records()));
  }

  private synchronized byte[] encode() {
    byte[] encoded = bytes;
    return encoded != null ? encoded : bytesOf(encoded(Arrays.asList(records()).iterator()));
  }

  @SuppressWarnings("NullAway") // just encoded
  private static byte[] bytesOf(Carried encoded) {
    return encoded.bytes;
  }

  private Object[] decode() {
    byte[] encoded = bytes;
    Object[] into = new Object[numRecords];
    Object[] chunk = new Object[CHUNK];
    int count = 0;
    try (RecordReader<Object> reader = FORMAT.reader(new ByteArrayInputStream(encoded))) {
      for (int n = reader.read(chunk, CHUNK); n >= 0; n = reader.read(chunk, CHUNK)) {
        System.arraycopy(chunk, 0, into, count, n);
        count += n;
      }
    } catch (RuntimeException e) {
      throw e;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
    return into;
  }

  @Override
  public void writeExternal(ObjectOutput out) throws IOException {
    byte[] encoded = encode();
    out.writeInt(numRecords);
    out.writeInt(encoded.length);
    out.write(encoded);
  }

  @Override
  public void readExternal(ObjectInput in) throws IOException {
    numRecords = in.readInt();
    byte[] encoded = new byte[in.readInt()];
    in.readFully(encoded);
    bytes = encoded;
  }
}
