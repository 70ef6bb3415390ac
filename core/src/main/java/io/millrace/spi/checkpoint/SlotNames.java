package io.millrace.spi.checkpoint;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * The slots of a log that are there, by number.
 *
 * @param log whose they are
 * @param byNumber their names
 * @param namedFrom the first number whose name has the log's id; slots before it are of older
 *     releases, or the claim that ended their time
 */
record SlotNames(LogName log, TreeMap<Long, String> byNumber, long namedFrom) {

  /** Objects of other names are not the log's, whatever they are. */
  static SlotNames list(CheckpointStorage storage, LogName log) throws IOException {
    TreeMap<Long, String> byNumber = new TreeMap<>();
    TreeMap<Long, String> older = new TreeMap<>();
    for (CheckpointStorage.StoredObject object : storage.list(log.directory())) {
      OptionalLong number = log.number(object.name());
      if (number.isPresent()) {
        byNumber.put(number.getAsLong(), object.name());
      }
      OptionalLong olderNumber = log.olderNumber(object.name());
      if (olderNumber.isPresent()) {
        older.put(olderNumber.getAsLong(), object.name());
      }
    }
    boolean isNamed = !byNumber.isEmpty() || !log.mayBeOlder();
    long namedFrom = isNamed ? 1 : 2;
    if (!older.isEmpty()) {
      long last = older.lastKey();
      boolean isEnded = isNamed || Slot.read(storage, log, last, last + 1).isOfThisRelease();
      namedFrom = last + (isEnded ? 1 : 2);
    }
    older.forEach(byNumber::putIfAbsent);
    return new SlotNames(log, byNumber, namedFrom);
  }

  String name(long number) {
    return number < namedFrom ? log.olderSlot(number) : log.slot(number);
  }

  boolean isEmpty() {
    return byNumber.isEmpty();
  }

  /** The last number, 0 if there is none. */
  long last() {
    return byNumber.isEmpty() ? 0 : byNumber.lastKey();
  }

  List<Long> before(long number) {
    return new ArrayList<>(byNumber.headMap(number).keySet());
  }
}
