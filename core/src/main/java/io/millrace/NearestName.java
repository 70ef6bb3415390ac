package io.millrace;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/**
 * Guesses which name was meant by one that does not exist.
 *
 * <p>The measure is the optimal string alignment distance: insertions, deletions, replacements and
 * swaps of neighbours, each part of a name changed at most once. Case does not count. A guess is
 * made if at most a third of the name differs, or if the last part is right and something before it
 * is missing or wrong.
 */
final class NearestName {
  private NearestName() {}

  /**
   * @param prefix what all names begin with, which therefore says nothing about likeness
   */
  static Optional<String> among(Collection<String> names, String wrong, String prefix) {
    String plainWrong = plain(wrong, prefix);
    Optional<String> alike =
        names.stream()
            .filter(name -> isAlike(plain(name, prefix), plainWrong))
            .min(Comparator.comparingInt(name -> distance(plain(name, prefix), plainWrong)));
    return alike.or(
        () ->
            names.stream()
                .filter(name -> lastPart(plain(name, prefix)).equals(lastPart(plainWrong)))
                .min(Comparator.comparingInt(name -> distance(plain(name, prefix), plainWrong))));
  }

  private static String plain(String name, String prefix) {
    String tail = name.startsWith(prefix) ? name.substring(prefix.length()) : name;
    return tail.toLowerCase(Locale.ROOT).replace('_', '.');
  }

  private static String lastPart(String plainName) {
    return plainName.substring(plainName.lastIndexOf('.') + 1);
  }

  private static boolean isAlike(String a, String b) {
    int longer = Math.max(a.length(), b.length());
    return distance(a, b) <= Math.max(1, longer / 3);
  }

  static int distance(String a, String b) {
    int[][] cost = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        cost[i][j] = i == 0 || j == 0 ? i + j : cheapest(cost, a, b, i, j);
      }
    }
    return cost[a.length()][b.length()];
  }

  private static int cheapest(int[][] cost, String a, String b, int i, int j) {
    int replaced = cost[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
    int best = Math.min(replaced, 1 + Math.min(cost[i - 1][j], cost[i][j - 1]));
    boolean isSwap =
        i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
    return isSwap ? Math.min(best, cost[i - 2][j - 2] + 1) : best;
  }
}
