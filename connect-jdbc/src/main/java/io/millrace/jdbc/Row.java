package io.millrace.jdbc;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The values of one row, in the order of a statement's parameters.
 *
 * @param values nulls, strings, booleans, numbers (of the primitive types, {@code BigInteger},
 *     {@code BigDecimal}), {@code byte[]}, {@link java.util.UUID}, and of {@code java.time} {@code
 *     Instant}, {@code LocalDate}, {@code LocalTime}, {@code LocalDateTime} and {@code
 *     OffsetDateTime}. Where a database has no such type, as SQLite has not, the values of {@code
 *     java.time}, UUIDs and big numbers are written as text in their usual form, and booleans as 0
 *     and 1
 */
public record Row(List<@Nullable Object> values) implements Serializable {

  public Row {
    values = Collections.unmodifiableList(new ArrayList<>(values));
  }

  /** A row of these values. */
  public static Row of(@Nullable Object... values) {
    return new Row(Arrays.asList(values));
  }
}
