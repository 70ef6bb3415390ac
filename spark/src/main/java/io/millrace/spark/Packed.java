package io.millrace.spark;

import io.millrace.internal.serialization.TaskSerialization;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;

/**
 * What a job sends to its tasks, by {@link TaskSerialization} within Spark's own serialization,
 * which refuses Java records that don't say that they are serializable.
 */
final class Packed<T extends Serializable> implements Serializable {

  private static final long serialVersionUID = 1L;

  private transient T value;

  Packed(T value) {
    this.value = value;
  }

  T value() {
    return value;
  }

  private void writeObject(ObjectOutputStream out) throws IOException {
    byte[] bytes = TaskSerialization.write(value);
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  @SuppressWarnings("unchecked") // as it was written
  private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
    byte[] bytes = new byte[in.readInt()];
    in.readFully(bytes);
    value = (T) TaskSerialization.read(bytes);
  }
}
