package io.millrace.jdbc;

import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoField;
import java.time.temporal.TemporalAccessor;
import java.util.Locale;

/**
 * ISO 8601 text of one width for each type, for databases without types for times: the order of the
 * texts is that of the times. Instants and times with an offset are in UTC; fractions of a second
 * have nine digits. Years are 0 to 9999.
 */
final class SortableText {

  private static final int MAX_YEAR = 9_999;
  private static final DateTimeFormatter DATE =
      DateTimeFormatter.ofPattern("uuuu-MM-dd", Locale.ROOT);
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("HH:mm:ss.SSSSSSSSS", Locale.ROOT);
  private static final DateTimeFormatter DATE_TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSSSSS", Locale.ROOT);

  private SortableText() {}

  static boolean isTime(Object value) {
    return value instanceof Instant
        || value instanceof LocalDate
        || value instanceof LocalTime
        || value instanceof LocalDateTime
        || value instanceof OffsetDateTime;
  }

  /**
   * @throws IllegalArgumentException if the year has no four digits
   */
  static String of(Object time) {
    if (time instanceof Instant instant) {
      return dateTime(instant.atOffset(ZoneOffset.UTC)) + "Z";
    } else if (time instanceof OffsetDateTime offset) {
      return dateTime(offset.withOffsetSameInstant(ZoneOffset.UTC)) + "Z";
    } else if (time instanceof LocalDateTime local) {
      return dateTime(local);
    } else if (time instanceof LocalDate date) {
      return inRange(date, DATE);
    }
    return TIME.format((LocalTime) time);
  }

  private static String dateTime(TemporalAccessor time) {
    return inRange(time, DATE_TIME);
  }

  private static String inRange(TemporalAccessor time, DateTimeFormatter format) {
    int year = time.get(ChronoField.YEAR);
    if (year < 0 || year > MAX_YEAR) {
      throw new IllegalArgumentException(
          time + " can't be kept as text that sorts: its year is not from 0 to " + MAX_YEAR);
    }
    return format.format(time);
  }
}
