package io.millrace.examples.flights;

import java.io.PrintStream;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Draws the latest table over the one before, ten times per second at most, on a thread of its own
 * so that batches don't wait for the terminal.
 */
final class Screen implements Display {

  private static final long REFRESH_MILLIS = 100;
  private static final long CLOSE_TIMEOUT_MILLIS = 2_000;
  private static final String CLEAR = "\033[H\033[2J";
  private static final String HOME = "\033[H";
  private static final String CLEAR_LINE_END = "\033[K";
  private static final String CLEAR_BELOW = "\033[J";

  private final PrintStream out;
  private final TableText text;
  private final AtomicReference<@Nullable Frame> latest = new AtomicReference<>();
  private final ScheduledExecutorService drawing =
      new ScheduledThreadPoolExecutor(
          1,
          task -> {
            Thread thread = new Thread(task, "screen");
            thread.setDaemon(true);
            return thread;
          });

  // Used by the drawing thread, and after its end by close.
  private boolean isCleared;

  private Screen(PrintStream out, Airports airports) {
    this.out = out;
    this.text = new TableText(airports);
  }

  static Screen open(PrintStream out, Airports airports) {
    Screen screen = new Screen(out, airports);
    ScheduledFuture<?> unused =
        screen.drawing.scheduleWithFixedDelay(
            screen::draw, 0, REFRESH_MILLIS, TimeUnit.MILLISECONDS);
    return screen;
  }

  @Override
  public void show(Frame frame) {
    latest.set(frame);
  }

  private void draw() {
    Frame frame = latest.getAndSet(null);
    if (frame != null) {
      out.print(drawn(text.lines(frame)));
      out.flush();
    }
  }

  private String drawn(List<String> lines) {
    StringBuilder drawn = new StringBuilder(isCleared ? HOME : CLEAR);
    isCleared = true;
    lines.forEach(line -> drawn.append(line).append(CLEAR_LINE_END).append('\n'));
    return drawn.append(CLEAR_BELOW).toString();
  }

  @Override
  public void close() {
    drawing.shutdown();
    try {
      if (drawing.awaitTermination(CLOSE_TIMEOUT_MILLIS, TimeUnit.MILLISECONDS)) {
        draw();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
