package io.millrace.internal.system;

import io.millrace.spi.Machine;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A child process between an iterator of lines and another.
 *
 * <p>A child may write much before it reads on, or read much before it writes; whoever waits for it
 * on one side alone may wait for ever. So three threads of its own do the blocking reads and
 * writes, and the thread that iterates never touches the pipes: it takes a line of output if there
 * is one, else hands over a line of input if there is room, else waits for either. The input, which
 * is the user's code, runs on that thread alone. What waits on each side is bounded.
 */
final class ChildPipe implements Machine.LinePipe {

  private static final int MAX_OUTPUT_CHARS = 256 * 1024;
  private static final int MAX_LAST_WORDS_CHARS = 4 * 1024;
  private static final long LAST_WORDS_PATIENCE_MILLIS = 1_000;

  private final Machine.Command command;
  private final Charset charset;
  private final Iterator<String> input;
  private final Process process;
  private final @Nullable Path directory;

  // Guarded by this.
  private ByteArrayOutputStream waitingInput = new ByteArrayOutputStream();
  private boolean inputEnded;
  private final Deque<String> output = new ArrayDeque<>();
  private int outputChars;
  private boolean outputEnded;
  private @Nullable IOException outputFailure;
  private boolean closed;

  /** The end of what the child wrote to its standard error; takes care of itself. */
  private final StringBuffer lastWords = new StringBuffer();

  private final CountDownLatch lastWordsEnded = new CountDownLatch(1);

  private boolean finished;

  private ChildPipe(
      Machine.Command command, Iterator<String> input, Process process, @Nullable Path directory) {
    this.command = command;
    this.charset = Charset.forName(command.charset());
    this.input = input;
    this.process = process;
    this.directory = directory;
  }

  static ChildPipe start(Machine.Command command, Iterator<String> input) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command.words());
    builder.environment().putAll(command.environment());
    Path directory = command.ownDirectory() ? Files.createTempDirectory("millrace-pipe") : null;
    if (directory != null) {
      builder.directory(directory.toFile());
    }
    Process process;
    try {
      process = builder.start();
    } catch (IOException e) {
      delete(directory);
      throw new IOException(
          "can't start the command " + command.words() + ": " + e.getMessage(), e);
    }
    ChildPipe pipe = new ChildPipe(command, input, process, directory);
    String name = "millrace-pipe-" + process.pid();
    Threads.daemon(name + "-input", pipe::writeInput).start();
    Threads.daemon(name + "-output", pipe::readOutput).start();
    Threads.daemon(name + "-errors", pipe::readLastWords).start();
    return pipe;
  }

  // The iterating thread

  @Override
  public boolean hasNext() {
    while (!finished) {
      Turn turn = turn();
      if (turn == Turn.TAKE) {
        return true;
      } else if (turn == Turn.GIVE) {
        give();
      } else {
        finish();
      }
    }
    return false;
  }

  private enum Turn {
    TAKE,
    GIVE,
    FINISH
  }

  /** Waits until there is something to do. */
  private synchronized Turn turn() {
    try {
      while (output.isEmpty() && !outputEnded && !closed && !hasRoomForInput()) {
        wait();
      }
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
    if (!output.isEmpty()) {
      return Turn.TAKE;
    }
    return outputEnded || closed ? Turn.FINISH : Turn.GIVE;
  }

  private synchronized boolean hasRoomForInput() {
    return !inputEnded && waitingInput.size() < command.bufferBytes();
  }

  private IllegalStateException interrupted(InterruptedException e) {
    Thread.currentThread().interrupt();
    return new IllegalStateException("interrupted while waiting for " + command.words(), e);
  }

  private void give() {
    byte[] line = input.hasNext() ? (input.next() + "\n").getBytes(charset) : null;
    synchronized (this) {
      if (line == null) {
        inputEnded = true;
      } else if (!inputEnded) {
        waitingInput.writeBytes(line);
      }
      notifyAll();
    }
  }

  @Override
  public String next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    synchronized (this) {
      String line = output.remove();
      outputChars -= line.length();
      notifyAll();
      return line;
    }
  }

  private void finish() {
    finished = true;
    IOException failure;
    synchronized (this) {
      if (closed) {
        return;
      }
      failure = outputFailure;
    }
    if (failure != null) {
      throw new UncheckedIOException("can't read from " + command.words(), failure);
    }
    int exitCode;
    try {
      exitCode = process.waitFor();
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
    if (exitCode != 0) {
      throw new IllegalStateException(
          "the command " + command.words() + " ended with exit code " + exitCode + lastWords());
    }
  }

  private String lastWords() {
    try {
      // Not for ever: a process that the child left behind may hold the pipe.
      boolean ended = lastWordsEnded.await(LAST_WORDS_PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
      String words = lastWords.toString().strip();
      return words.isEmpty()
          ? ", and nothing on its standard error"
          : (ended ? ":\n" : ", so far:\n") + words;
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  @Override
  public void close() {
    synchronized (this) {
      closed = true;
      inputEnded = true;
      notifyAll();
    }
    if (process.isAlive()) {
      List<ProcessHandle> started = process.descendants().toList();
      process.destroyForcibly();
      started.forEach(ProcessHandle::destroyForcibly);
    }
    try {
      delete(directory);
    } catch (IOException e) {
      throw new UncheckedIOException("can't delete the directory of " + command.words(), e);
    }
  }

  private static void delete(@Nullable Path directory) throws IOException {
    if (directory != null) {
      new LocalDataFiles().delete(directory.toString());
    }
  }

  // The threads at the pipes

  private void writeInput() {
    try (OutputStream out = process.getOutputStream()) {
      for (byte[] bytes = takeInput(); bytes.length > 0; bytes = takeInput()) {
        out.write(bytes);
        out.flush();
      }
    } catch (IOException | InterruptedException e) {
      // The child reads no more, as head does not after some lines: then it wants no more either.
      refuseInput();
    }
  }

  private synchronized void refuseInput() {
    inputEnded = true;
    waitingInput.reset();
    notifyAll();
  }

  /** What waits for the child, empty at the end. */
  private synchronized byte[] takeInput() throws InterruptedException {
    while (waitingInput.size() == 0 && !inputEnded) {
      wait();
    }
    byte[] bytes = closed ? new byte[0] : waitingInput.toByteArray();
    waitingInput.reset();
    notifyAll();
    return bytes;
  }

  private void readOutput() {
    IOException failure = null;
    try (BufferedReader reader = process.inputReader(charset)) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        putOutput(line);
      }
    } catch (IOException e) {
      failure = e;
    } catch (InterruptedException e) {
      failure = new IOException("interrupted", e);
    }
    synchronized (this) {
      outputEnded = true;
      outputFailure = failure;
      notifyAll();
    }
  }

  private synchronized void putOutput(String line) throws InterruptedException {
    while (outputChars > MAX_OUTPUT_CHARS && !closed) {
      wait();
    }
    if (!closed) {
      output.add(line);
      outputChars += line.length();
      notifyAll();
    }
  }

  private void readLastWords() {
    char[] chars = new char[MAX_LAST_WORDS_CHARS];
    try (Reader reader = new InputStreamReader(process.getErrorStream(), charset)) {
      for (int count = reader.read(chars); count >= 0; count = reader.read(chars)) {
        lastWords.append(chars, 0, count);
        lastWords.delete(0, Math.max(0, lastWords.length() - MAX_LAST_WORDS_CHARS));
      }
    } catch (IOException e) {
      lastWords.append("\n(the rest can't be read: ").append(e.getMessage()).append(')');
    }
    lastWordsEnded.countDown();
  }
}
