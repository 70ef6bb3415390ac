package io.millrace.benchmarks;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.SplittableRandom;

/** Lines of words whose frequencies follow Zipf's law with exponent 1; the same ones each time. */
public final class ZipfLines {

  public static final int WORDS_PER_LINE = 10;
  private static final int VOCABULARY = 10_000;
  private static final long SEED = 20_010_101;

  private ZipfLines() {}

  public static List<String> lines(int numLines) {
    String[] vocabulary = new String[VOCABULARY];
    double[] cumulated = new double[VOCABULARY];
    double sum = 0;
    for (int i = 0; i < VOCABULARY; i++) {
      vocabulary[i] = "w" + Integer.toString(7_919 * i + 104_729, 36);
      sum += 1.0 / (i + 1);
      cumulated[i] = sum;
    }
    SplittableRandom random = new SplittableRandom(SEED);
    List<String> lines = new ArrayList<>(numLines);
    for (int i = 0; i < numLines; i++) {
      StringBuilder line = new StringBuilder();
      for (int j = 0; j < WORDS_PER_LINE; j++) {
        int found = Arrays.binarySearch(cumulated, random.nextDouble() * sum);
        line.append(j == 0 ? "" : " ").append(vocabulary[found < 0 ? ~found : found]);
      }
      lines.add(line.toString());
    }
    return lines;
  }

  /** How both sides split a line. */
  public static Iterator<String> split(String line) {
    return Arrays.asList(line.split(" ")).iterator();
  }
}
