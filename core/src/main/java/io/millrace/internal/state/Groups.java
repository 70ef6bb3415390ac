package io.millrace.internal.state;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The records of a batch by the position of their key. */
final class Groups {

  private int[] numbers = new int[0];
  private final List<List<Object>> groups = new ArrayList<>();

  /** Adds values, in order, to the groups of their positions. */
  void add(int[] positions, Object[] values, int count, int bound) {
    if (bound > numbers.length) {
      numbers = Arrays.copyOf(numbers, Growth.next(bound));
    }
    for (int i = 0; i < count; i++) {
      int number = numbers[positions[i]];
      if (number == 0) {
        groups.add(new ArrayList<>(4));
        number = groups.size();
        numbers[positions[i]] = number;
      }
      groups.get(number - 1).add(values[i]);
    }
  }

  boolean has(int position) {
    return position < numbers.length && numbers[position] != 0;
  }

  /** The values of a position, empty if it has none. */
  List<Object> values(int position) {
    int number = position < numbers.length ? numbers[position] : 0;
    return number == 0 ? List.of() : groups.get(number - 1);
  }
}
