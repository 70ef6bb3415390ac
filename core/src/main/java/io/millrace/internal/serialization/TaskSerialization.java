package io.millrace.internal.serialization;

import java.io.IOException;

/**
 * Java serialization of what an engine sends to tasks in other processes: functions, and the values
 * that operations were given beside them, such as zero values, keys and bounds of ranges. As with
 * records of a dataset, these may be Java records that are not serializable. Safe for concurrent
 * use.
 */
public final class TaskSerialization {

  /** Lets a task in the process that has sent it find the very same classes. */
  private static final ClassTable CLASSES = new ClassTable();

  private TaskSerialization() {}

  /**
   * @throws java.io.NotSerializableException names the class that can't be serialized
   */
  public static byte[] write(Object value) throws IOException {
    return JavaSerialization.writeRecord(value, CLASSES);
  }

  /** Classes that this process has not written are those of the context class loader. */
  public static Object read(byte[] bytes) throws IOException, ClassNotFoundException {
    return JavaSerialization.read(bytes, CLASSES);
  }
}
