package io.millrace.internal.serialization;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.MonthDay;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.Period;
import java.time.Year;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;

/** The values of {@code java.time}. */
final class TimeEncodings {

  private TimeEncodings() {}

  static void addTo(Encodings encodings) {
    encodings.<Instant>add(
        64,
        Instant.class,
        (v, out) -> {
          out.bytes().signed(v.getEpochSecond());
          out.bytes().varint(v.getNano());
        },
        in -> Instant.ofEpochSecond(in.bytes().signedLong(), in.bytes().varint()));
    encodings.<Duration>add(
        65,
        Duration.class,
        (v, out) -> {
          out.bytes().signed(v.getSeconds());
          out.bytes().varint(v.getNano());
        },
        in -> Duration.ofSeconds(in.bytes().signedLong(), in.bytes().varint()));
    encodings.<LocalDate>add(66, LocalDate.class, TimeEncodings::putDate, TimeEncodings::takeDate);
    encodings.<LocalTime>add(67, LocalTime.class, TimeEncodings::putTime, TimeEncodings::takeTime);
    encodings.<LocalDateTime>add(
        68, LocalDateTime.class, TimeEncodings::putDateTime, TimeEncodings::takeDateTime);
    encodings.<ZoneOffset>add(
        69, ZoneOffset.class, TimeEncodings::putOffset, TimeEncodings::takeOffset);
    encodings.<OffsetTime>add(
        70,
        OffsetTime.class,
        (v, out) -> {
          putTime(v.toLocalTime(), out);
          putOffset(v.getOffset(), out);
        },
        in -> OffsetTime.of(takeTime(in), takeOffset(in)));
    encodings.<OffsetDateTime>add(
        71,
        OffsetDateTime.class,
        (v, out) -> {
          putDateTime(v.toLocalDateTime(), out);
          putOffset(v.getOffset(), out);
        },
        in -> OffsetDateTime.of(takeDateTime(in), takeOffset(in)));
    encodings.<ZonedDateTime>add(
        72,
        ZonedDateTime.class,
        (v, out) -> {
          putDateTime(v.toLocalDateTime(), out);
          out.write(v.getZone().getId());
          putOffset(v.getOffset(), out);
        },
        in -> ZonedDateTime.ofLocal(takeDateTime(in), takeZone(in), takeOffset(in)));
    // The class of all zones that are no fixed offset is not public.
    encodings.<ZoneId>add(
        73,
        ZoneId.of("Europe/Paris").getClass(),
        (v, out) -> out.write(v.getId()),
        TimeEncodings::takeZone);
    encodings.<Year>add(
        74,
        Year.class,
        (v, out) -> out.bytes().signed(v.getValue()),
        in -> Year.of(in.bytes().signed()));
    encodings.<YearMonth>add(
        75,
        YearMonth.class,
        (v, out) -> {
          out.bytes().signed(v.getYear());
          out.bytes().u8(v.getMonthValue());
        },
        in -> YearMonth.of(in.bytes().signed(), in.bytes().u8()));
    encodings.<MonthDay>add(
        76,
        MonthDay.class,
        (v, out) -> {
          out.bytes().u8(v.getMonthValue());
          out.bytes().u8(v.getDayOfMonth());
        },
        in -> MonthDay.of(in.bytes().u8(), in.bytes().u8()));
    encodings.<Period>add(
        77,
        Period.class,
        (v, out) -> {
          out.bytes().signed(v.getYears());
          out.bytes().signed(v.getMonths());
          out.bytes().signed(v.getDays());
        },
        in -> Period.of(in.bytes().signed(), in.bytes().signed(), in.bytes().signed()));
  }

  private static void putDate(LocalDate date, ValueWriter out) {
    out.bytes().signed(date.getYear());
    out.bytes().u8(date.getMonthValue());
    out.bytes().u8(date.getDayOfMonth());
  }

  private static LocalDate takeDate(ValueReader in) {
    return LocalDate.of(in.bytes().signed(), in.bytes().u8(), in.bytes().u8());
  }

  private static void putTime(LocalTime time, ValueWriter out) {
    out.bytes().varlong(time.toNanoOfDay());
  }

  private static LocalTime takeTime(ValueReader in) {
    return LocalTime.ofNanoOfDay(in.bytes().varlong());
  }

  private static void putDateTime(LocalDateTime time, ValueWriter out) {
    putDate(time.toLocalDate(), out);
    putTime(time.toLocalTime(), out);
  }

  private static LocalDateTime takeDateTime(ValueReader in) {
    return LocalDateTime.of(takeDate(in), takeTime(in));
  }

  private static void putOffset(ZoneOffset offset, ValueWriter out) {
    out.bytes().signed(offset.getTotalSeconds());
  }

  private static ZoneOffset takeOffset(ValueReader in) {
    return ZoneOffset.ofTotalSeconds(in.bytes().signed());
  }

  private static ZoneId takeZone(ValueReader in) {
    return ZoneId.of(in.readText());
  }
}
