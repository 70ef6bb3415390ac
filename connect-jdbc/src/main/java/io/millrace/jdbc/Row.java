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
 *     OffsetDateTime}. A value that its column can't keep exactly is refused, never rounded; the
 *     columns are known of upserts and of plain {@code INSERT … VALUES (?, …)}. On SQLite, values
 *     of {@code java.time} are text of one width that sorts as they do (instants and times with an
 *     offset in UTC, nine digits of fractions), UUIDs are text, booleans 0 and 1, big numbers
 *     integers or doubles; a number that is neither exactly is refused, as is NaN
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
