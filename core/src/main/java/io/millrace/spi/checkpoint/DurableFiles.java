package io.millrace.spi.checkpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * The calls on a file system that durable files are made with, one method for each, beneath one
 * directory. Kept apart from what is built on them so that a simulation can crash between any two,
 * and lose, tear or reorder what no sync has made durable.
 *
 * <p>Paths are relative, parts separated by {@code /}; the empty path is the directory itself. Safe
 * for concurrent use; an interrupt of the calling thread is no reason to fail.
 */
public interface DurableFiles {

  /** Where the directory is, for messages. */
  String location();

  /**
   * Creates a file in a directory that exists, and writes to it. Not durable; after a crash any
   * part of the content may be missing or wrong, and the file may not be there.
   *
   * @throws java.nio.file.FileAlreadyExistsException if there is a file of that name
   */
  void create(String path, List<ByteBuffer> content) throws IOException;

  /**
   * Makes the content of a file that was created here durable, not its name. Each such file is
   * synced once, or deleted; until then it may be held open, so that no failed write goes unseen.
   * After a failure the file is unusable, also if a second call succeeds.
   */
  void sync(String path) throws IOException;

  /**
   * Gives a file a second name, in one step.
   *
   * @throws java.nio.file.FileAlreadyExistsException if there is a file of that name
   * @throws java.nio.file.NoSuchFileException if {@code existing} does not exist
   */
  void link(String path, String existing) throws IOException;

  /**
   * Creates a directory and those above it; nothing happens if it exists. Not durable, but for the
   * topmost directory, which is empty here, and all above it.
   */
  void createDirectory(String path) throws IOException;

  /**
   * Makes the names in a directory durable: what was created, linked and deleted there, by whatever
   * process, before the call began. After a failure it is not known which of them are, also if a
   * second call succeeds.
   */
  void syncDirectory(String path) throws IOException;

  /** Deletes a name; nothing happens if there is none. Not durable. */
  void delete(String path) throws IOException;

  /** The names of plain files in a directory, in no order; none if it does not exist. */
  List<String> list(String path) throws IOException;

  /**
   * Length of a file in bytes.
   *
   * @throws java.nio.file.NoSuchFileException if there is no such file
   */
  long size(String path) throws IOException;

  /**
   * Exactly {@code length} bytes of a file.
   *
   * @throws java.nio.file.NoSuchFileException if there is no such file
   * @throws java.io.EOFException if the file ends before that
   */
  byte[] read(String path, long offset, int length) throws IOException;
}
