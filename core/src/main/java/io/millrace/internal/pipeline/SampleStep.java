package io.millrace.internal.pipeline;

import java.util.SplittableRandom;

/**
 * Template of {@code sample}: Bernoulli without replacement, Poisson with. Poisson counts are drawn
 * by Knuth's product of uniforms (The Art of Computer Programming, vol. 2, 3.4.1), the mean split
 * in parts of at most 16 so that the product does not underflow.
 */
final class SampleStep implements Step {

  /** What one partition draws, and from which generator. */
  record Draw(boolean withReplacement, double low, double high, SplittableRandom random) {}

  private static final double MAX_PART = 16;

  private final Draw draw;
  private final SplittableRandom random;
  private final Step next;
  private final Signal signal;
  private Object openRecord = "";
  private int openCopies;

  SampleStep(Object draw, Step next, Signal signal) {
    this.draw = (Draw) draw;
    this.random = this.draw.random();
    this.next = next;
    this.signal = signal;
  }

  @Override
  public void accept(Object record) throws Exception {
    if (draw.withReplacement()) {
      emit(record, poisson(draw.high() - draw.low()));
    } else {
      double drawn = random.nextDouble();
      if (drawn >= draw.low() && drawn < draw.high()) {
        next.accept(record);
      }
    }
  }

  private void emit(Object record, int copies) throws Exception {
    for (int left = copies; left > 0; left--) {
      next.accept(record);
      if (signal.full) {
        openRecord = record;
        openCopies = left - 1;
        return;
      }
    }
  }

  private int poisson(double mean) {
    int drawn = 0;
    double left = mean;
    while (left > 0) {
      double limit = Math.exp(-Math.min(left, MAX_PART));
      left -= MAX_PART;
      for (double p = random.nextDouble(); p > limit; p *= random.nextDouble()) {
        drawn++;
      }
    }
    return drawn;
  }

  @Override
  public void resume() throws Exception {
    next.resume();
    int copies = openCopies;
    if (copies > 0 && !signal.full) {
      openCopies = 0;
      emit(openRecord, copies);
    }
  }
}
