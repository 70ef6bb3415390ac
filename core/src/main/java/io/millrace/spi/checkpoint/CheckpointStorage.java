package io.millrace.spi.checkpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * A store of write-once objects. An object is there whole or not at all, and never changes.
 *
 * <p>Names are relative paths of one or more parts, separated by {@code /}; a part is made of
 * {@code a-z}, {@code 0-9}, {@code .}, {@code _} and {@code -}, does not begin with {@code .}, and
 * has at most 200 characters. Other names are an {@link IllegalArgumentException}.
 *
 * <p>Safe for concurrent use, also by several processes over the same place. Calls block; an
 * interrupt of the calling thread is no reason to fail.
 */
public interface CheckpointStorage extends AutoCloseable {

  /**
   * An object that is there.
   *
   * @param name its whole name
   * @param size in bytes
   */
  record StoredObject(String name, long size) {}

  /** Where the objects are, for messages. */
  String location();

  /**
   * Stores an object unless there is one of that name. When this returns true, the object is
   * durable: it is there, whole, after any crash of the process or the machine.
   *
   * @param content the remaining bytes of all buffers, one after the other; positions are not moved
   * @return false if an object of that name is there already, and durable: of another writer, or of
   *     this one if an earlier call was carried out although it threw
   * @throws IOException if it is not known whether the object is stored. It may be there now, may
   *     appear later if the call is still under way somewhere, and may be gone after a crash; it is
   *     never there in part. Calling again with the same name is safe; a store never retries what a
   *     failed sync has left unknown
   * @throws FailedSyncException likewise, and every later call will fail in the same way
   */
  boolean putIfAbsent(String name, List<ByteBuffer> content) throws IOException;

  /** {@link #putIfAbsent(String, List)} of a single piece. */
  default boolean putIfAbsent(String name, ByteBuffer content) throws IOException {
    return putIfAbsent(name, List.of(content));
  }

  /**
   * Reads a part of an object.
   *
   * @param offset of the first byte, at least 0
   * @param length number of bytes, at least 0
   * @return exactly {@code length} bytes
   * @throws java.nio.file.NoSuchFileException if there is no such object
   * @throws java.io.EOFException if the object ends before that
   */
  byte[] read(String name, long offset, int length) throws IOException;

  /**
   * Reads an object whole.
   *
   * @throws java.nio.file.NoSuchFileException if there is no such object
   */
  byte[] read(String name) throws IOException;

  /**
   * The objects whose names are {@code directory}, a {@code /} and one more part, in order of their
   * names; none if there are none. Objects that are put or deleted meanwhile may be there or not;
   * all others are. What is listed is durable, unless the store was opened for reading alone: what
   * is put on the strength of it does not survive a crash without it.
   *
   * @param directory empty for the objects whose names have a single part
   */
  List<StoredObject> list(String directory) throws IOException;

  /**
   * Deletes an object; nothing happens if there is none. A crash may undo it, for each object on
   * its own.
   */
  void delete(String name) throws IOException;

  /**
   * Deletes what puts that were cut short by a crash have left behind, if there can be such things.
   * A put that is under way in another process may fail by this, as if the store had failed.
   */
  void sweep() throws IOException;

  /** Releases what the store holds open. Idempotent. */
  @Override
  void close() throws IOException;
}
