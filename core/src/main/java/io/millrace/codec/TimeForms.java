package io.millrace.codec;

import io.millrace.codec.BuiltIn.Registry;
import java.io.IOException;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.Month;
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
final class TimeForms {

  private TimeForms() {}

  static void addTo(Registry forms) {
    forms.<Instant>add(
        Tag.INSTANT,
        Instant.class,
        (v, out) -> {
          out.writeLong(v.getEpochSecond());
          out.writeCount(v.getNano());
        },
        in -> Instant.ofEpochSecond(in.readLong(), in.bytes().unsignedInt()));
    forms.<Duration>add(
        Tag.DURATION,
        Duration.class,
        (v, out) -> {
          out.writeLong(v.getSeconds());
          out.writeCount(v.getNano());
        },
        in -> Duration.ofSeconds(in.readLong(), in.bytes().unsignedInt()));
    forms.<LocalDate>add(Tag.LOCAL_DATE, LocalDate.class, TimeForms::putDate, TimeForms::takeDate);
    forms.<LocalTime>add(Tag.LOCAL_TIME, LocalTime.class, TimeForms::putTime, TimeForms::takeTime);
    forms.<LocalDateTime>add(
        Tag.LOCAL_DATE_TIME, LocalDateTime.class, TimeForms::putDateTime, TimeForms::takeDateTime);
    addZoned(forms);
    addPartial(forms);
  }

  private static void addZoned(Registry forms) {
    forms.<ZoneOffset>add(
        Tag.ZONE_OFFSET, ZoneOffset.class, TimeForms::putOffset, TimeForms::takeOffset);
    forms.<OffsetTime>add(
        Tag.OFFSET_TIME,
        OffsetTime.class,
        (v, out) -> {
          putTime(v.toLocalTime(), out);
          putOffset(v.getOffset(), out);
        },
        in -> OffsetTime.of(takeTime(in), takeOffset(in)));
    forms.<OffsetDateTime>add(
        Tag.OFFSET_DATE_TIME,
        OffsetDateTime.class,
        (v, out) -> {
          putDateTime(v.toLocalDateTime(), out);
          putOffset(v.getOffset(), out);
        },
        in -> OffsetDateTime.of(takeDateTime(in), takeOffset(in)));
    // The offset tells the two equal local times of an autumn night apart.
    forms.<ZonedDateTime>add(
        Tag.ZONED_DATE_TIME,
        ZonedDateTime.class,
        (v, out) -> {
          putDateTime(v.toLocalDateTime(), out);
          putOffset(v.getOffset(), out);
          out.writeString(v.getZone().getId());
        },
        in -> {
          LocalDateTime local = takeDateTime(in);
          ZoneOffset offset = takeOffset(in);
          return ZonedDateTime.ofLocal(local, ZoneId.of(in.readString()), offset);
        });
    // The class of all zones that are no fixed offset is not public.
    forms.<ZoneId>add(
        Tag.ZONE_REGION,
        ZoneId.of("Europe/Paris").getClass(),
        (v, out) -> out.writeString(v.getId()),
        in -> ZoneId.of(in.readString()));
  }

  private static void addPartial(Registry forms) {
    forms.<Year>add(
        Tag.YEAR, Year.class, (v, out) -> out.writeInt(v.getValue()), in -> Year.of(in.readInt()));
    forms.<YearMonth>add(
        Tag.YEAR_MONTH,
        YearMonth.class,
        (v, out) -> {
          out.writeInt(v.getYear());
          out.writeByte(v.getMonthValue());
        },
        in -> YearMonth.of(in.readInt(), in.readByte()));
    forms.<MonthDay>add(
        Tag.MONTH_DAY,
        MonthDay.class,
        (v, out) -> {
          out.writeByte(v.getMonthValue());
          out.writeByte(v.getDayOfMonth());
        },
        in -> MonthDay.of(in.readByte(), in.readByte()));
    forms.<Period>add(
        Tag.PERIOD,
        Period.class,
        (v, out) -> {
          out.writeInt(v.getYears());
          out.writeInt(v.getMonths());
          out.writeInt(v.getDays());
        },
        in -> Period.of(in.readInt(), in.readInt(), in.readInt()));
    forms.<DayOfWeek>add(
        Tag.DAY_OF_WEEK,
        DayOfWeek.class,
        (v, out) -> out.writeByte(v.getValue()),
        in -> DayOfWeek.of(in.readByte()));
    forms.<Month>add(
        Tag.MONTH,
        Month.class,
        (v, out) -> out.writeByte(v.getValue()),
        in -> Month.of(in.readByte()));
  }

  private static void putDate(LocalDate date, ValueWriter out) {
    out.writeInt(date.getYear());
    out.writeByte(date.getMonthValue());
    out.writeByte(date.getDayOfMonth());
  }

  private static LocalDate takeDate(ValueReader in) throws IOException {
    return LocalDate.of(in.readInt(), in.readByte(), in.readByte());
  }

  private static void putTime(LocalTime time, ValueWriter out) {
    out.writeLong(time.toNanoOfDay());
  }

  private static LocalTime takeTime(ValueReader in) throws IOException {
    return LocalTime.ofNanoOfDay(in.readLong());
  }

  private static void putDateTime(LocalDateTime time, ValueWriter out) {
    putDate(time.toLocalDate(), out);
    putTime(time.toLocalTime(), out);
  }

  private static LocalDateTime takeDateTime(ValueReader in) throws IOException {
    return LocalDateTime.of(takeDate(in), takeTime(in));
  }

  private static void putOffset(ZoneOffset offset, ValueWriter out) {
    out.writeInt(offset.getTotalSeconds());
  }

  private static ZoneOffset takeOffset(ValueReader in) throws IOException {
    return ZoneOffset.ofTotalSeconds(in.readInt());
  }
}
