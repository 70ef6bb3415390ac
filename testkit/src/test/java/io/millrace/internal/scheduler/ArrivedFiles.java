package io.millrace.internal.scheduler;

import io.millrace.spi.DataFiles;
import java.io.ByteArrayInputStream;
import java.io.FileNotFoundException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;

/**
 * A directory {@value #DIRECTORY} in memory, of files that each have their number as their only
 * line. For one test at a time.
 */
public final class ArrivedFiles implements DataFiles {

  static final String DIRECTORY = "arrived:/in";

  /** The first and the last number of the files that are there. */
  record Present(int first, int last) {}

  private static volatile Supplier<Present> present = () -> new Present(1, 0);

  /** Files from number 1 on, made when first asked for. Guarded by itself. */
  private static final List<FileStatus> MADE = new ArrayList<>();

  /** Has a directory answer from here on. */
  static void serve(Supplier<Present> other) {
    present = other;
  }

  static String path(int number) {
    return String.format(Locale.ROOT, "%s/2026-12-01/part-%08d.txt", DIRECTORY, number);
  }

  private static FileStatus status(int number) {
    return new FileStatus(path(number), line(number).length, 1_000L * number);
  }

  private static byte[] line(int number) {
    return (number + "\n").getBytes(StandardCharsets.UTF_8);
  }

  private static int number(String path) throws FileNotFoundException {
    int number = Integer.parseInt(path.substring(path.lastIndexOf('-') + 1, path.length() - 4));
    Present now = present.get();
    if (number < now.first() || number > now.last()) {
      throw new FileNotFoundException(path);
    }
    return number;
  }

  @Override
  public boolean accepts(String path) {
    return path.startsWith("arrived:");
  }

  @Override
  public boolean isLocal() {
    return true;
  }

  @Override
  public List<FileStatus> list(String pattern) throws FileNotFoundException {
    if (!pattern.equals(DIRECTORY)) {
      return List.of(status(number(pattern)));
    }
    Present now = present.get();
    synchronized (MADE) {
      while (MADE.size() < now.last()) {
        MADE.add(status(MADE.size() + 1));
      }
      return List.copyOf(MADE.subList(Math.min(now.first() - 1, now.last()), now.last()));
    }
  }

  @Override
  public InputStream open(String path, long offset) throws FileNotFoundException {
    byte[] line = line(number(path));
    int from = (int) Math.min(offset, line.length);
    return new ByteArrayInputStream(line, from, line.length - from);
  }

  @Override
  public boolean exists(String path) {
    try {
      return path.equals(DIRECTORY) || number(path) > 0;
    } catch (FileNotFoundException e) {
      return false;
    }
  }

  @Override
  public OutputStream create(String path) {
    throw new UnsupportedOperationException("files only arrive here: " + path);
  }

  @Override
  public void move(String from, String to) {
    throw new UnsupportedOperationException("files only arrive here: " + to);
  }

  @Override
  public void delete(String path) {
    throw new UnsupportedOperationException("files only arrive here: " + path);
  }
}
