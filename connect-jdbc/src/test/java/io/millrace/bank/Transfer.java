package io.millrace.bank;

import io.millrace.Tuple2;
import java.io.Serializable;
import java.util.Iterator;
import java.util.List;

/** Moves money from one account to another. */
record Transfer(long id, int source, int target, long amount) implements Serializable {

  static Transfer parse(String line) {
    String[] fields = line.split(",", -1);
    return new Transfer(
        Long.parseLong(fields[0]),
        Integer.parseInt(fields[1]),
        Integer.parseInt(fields[2]),
        Long.parseLong(fields[3]));
  }

  String line() {
    return id + "," + source + "," + target + "," + amount;
  }

  /** What it does to each of the two accounts. */
  Iterator<Tuple2<Integer, Change>> changes() {
    return List.of(
            new Tuple2<>(source, new Change(id, -amount)),
            new Tuple2<>(target, new Change(id, amount)))
        .iterator();
  }

  /** One side of a transfer. */
  record Change(long transfer, long amount) implements Serializable {}
}
