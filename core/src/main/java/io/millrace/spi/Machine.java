package io.millrace.spi;

import java.io.IOException;
import java.io.Serializable;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;

/**
 * What datasets need of the machine beside its files: the time, threads to wait on, and child
 * processes. Found by {@link java.util.ServiceLoader}. Safe for concurrent use.
 */
public interface Machine {

  /** The machine's clock. */
  Clock clock();

  /**
   * A pool of daemon threads for work that mostly waits. Threads are made when they are needed and
   * end when they have been idle for some seconds, so the pool itself need not be closed. {@link
   * Executor#execute} throws {@link java.util.concurrent.RejectedExecutionException} when the pool
   * is full.
   *
   * @param name of the threads, a number follows
   * @param maxThreads at the same time, at least 1
   * @param maxWaiting work that waits for a thread, at least 1
   */
  Executor threads(String name, int maxThreads, int maxWaiting);

  /**
   * Starts a child process that reads lines and writes lines.
   *
   * @param input the child's lines, without line ends; read by the thread that reads the output, as
   *     far as the child takes them
   * @throws IOException if the command can't be started; names it
   */
  LinePipe start(Command command, Iterator<String> input) throws IOException;

  /**
   * How to start a child.
   *
   * @param words the program and its arguments, at least one word; no shell looks at them
   * @param environment variables beside those of this process
   * @param ownDirectory whether the child begins in a new, empty directory, which is deleted when
   *     it has ended; else in this process's
   * @param bufferBytes how much input may wait for the child, at least 1
   * @param charset name of the encoding of its lines
   */
  record Command(
      List<String> words,
      Map<String, String> environment,
      boolean ownDirectory,
      int bufferBytes,
      String charset)
      implements Serializable {

    public Command {
      words = List.copyOf(words);
      environment = Map.copyOf(environment);
    }
  }

  /**
   * The lines that a child writes to its standard output, without line ends. Used by one thread.
   *
   * <p>The end of the child's output is the end of the lines once it has exited with 0, even if it
   * has not read all its input. An exit with another code, and an interrupt while waiting, are an
   * {@link IllegalStateException}; the former names the code and quotes the end of what the child
   * wrote to its standard error.
   */
  interface LinePipe extends Iterator<String>, AutoCloseable {

    /**
     * Kills the child and the processes that it has started, unless they have ended. Those whose
     * parent has ended before them are out of reach.
     */
    @Override
    void close();
  }
}
