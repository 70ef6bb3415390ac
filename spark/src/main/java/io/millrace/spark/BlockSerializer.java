package io.millrace.spark;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import org.apache.spark.serializer.DeserializationStream;
import org.apache.spark.serializer.SerializationStream;
import org.apache.spark.serializer.Serializer;
import org.apache.spark.serializer.SerializerInstance;
import scala.Tuple2;
import scala.reflect.ClassTag;

/**
 * How Spark's shuffle writes blocks: a {@link BlockTag} as a key, bytes as a value, nothing else.
 *
 * <pre>
 * key    target (4), map partition (4), sequence (4), number of records (4)
 * value  length (4), bytes
 * </pre>
 */
final class BlockSerializer extends Serializer implements Serializable {

  private static final long serialVersionUID = 1L;

  @Override
  public SerializerInstance newInstance() {
    return new Instance();
  }

  /** What is written of a block does not depend on those before it. */
  @Override
  public boolean supportsRelocationOfSerializedObjects() {
    return true;
  }

  private static final class Instance extends SerializerInstance {

    @Override
    public <T> ByteBuffer serialize(T object, ClassTag<T> type) {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      SerializationStream out = serializeStream(bytes);
      out.writeObject(object, type);
      out.close();
      return ByteBuffer.wrap(bytes.toByteArray());
    }

    @Override
    public <T> T deserialize(ByteBuffer bytes, ClassTag<T> type) {
      byte[] copy = new byte[bytes.remaining()];
      bytes.duplicate().get(copy);
      return deserializeStream(new ByteArrayInputStream(copy)).readObject(type);
    }

    @Override
    public <T> T deserialize(ByteBuffer bytes, ClassLoader loader, ClassTag<T> type) {
      return deserialize(bytes, type);
    }

    @Override
    public SerializationStream serializeStream(OutputStream out) {
      return new Writing(new DataOutputStream(out));
    }

    @Override
    public DeserializationStream deserializeStream(InputStream in) {
      return new Reading(new DataInputStream(in));
    }
  }

  private static final class Writing extends SerializationStream {

    private final DataOutputStream out;

    Writing(DataOutputStream out) {
      this.out = out;
    }

    @Override
    public <T> SerializationStream writeObject(T object, ClassTag<T> type) {
      try {
        write(object);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      return this;
    }

    private void write(Object object) throws IOException {
      if (object instanceof BlockTag tag) {
        out.writeInt(tag.target());
        out.writeInt(tag.mapPartition());
        out.writeInt(tag.sequence());
        out.writeInt(tag.numRecords());
      } else if (object instanceof byte[] bytes) {
        out.writeInt(bytes.length);
        out.write(bytes);
      } else if (object instanceof Tuple2<?, ?> pair) {
        write(pair._1());
        write(pair._2());
      } else {
        throw new IllegalArgumentException("not a part of a block: " + object.getClass());
      }
    }

    @Override
    public void flush() {
      try {
        out.flush();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public void close() {
      try {
        out.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private static final class Reading extends DeserializationStream {

    private final DataInputStream in;

    Reading(DataInputStream in) {
      this.in = in;
    }

    @Override
    @SuppressWarnings("unchecked")
    public <T> T readKey(ClassTag<T> type) {
      return (T) tag();
    }

    @Override
    @SuppressWarnings("unchecked")
    public <T> T readValue(ClassTag<T> type) {
      return (T) bytes();
    }

    @Override
    @SuppressWarnings("unchecked")
    public <T> T readObject(ClassTag<T> type) {
      return (T) new Tuple2<>(tag(), bytes());
    }

    private BlockTag tag() {
      try {
        return new BlockTag(in.readInt(), in.readInt(), in.readInt(), in.readInt());
      } catch (IOException e) {
        throw sneaky(e);
      }
    }

    private byte[] bytes() {
      try {
        byte[] bytes = new byte[in.readInt()];
        in.readFully(bytes);
        return bytes;
      } catch (IOException e) {
        throw sneaky(e);
      }
    }

    /** Spark looks for the end of a stream by this exception itself. */
    @SuppressWarnings("unchecked")
    private static <E extends Exception> RuntimeException sneaky(IOException e) throws E {
      if (e instanceof EOFException) {
        throw (E) e;
      }
      throw new UncheckedIOException(e);
    }

    @Override
    public void close() {
      try {
        in.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
