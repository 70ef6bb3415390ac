/**
 * Millrace's own durable encoding of values: for what outlives the program, such as state, staged
 * rows and positions of sources.
 *
 * <p>{@link io.millrace.codec.Codecs} says which types a program stores; {@link
 * io.millrace.codec.Encoder} and {@link io.millrace.codec.Decoder} write and read streams of values
 * and columns; {@link io.millrace.codec.Codec} is for classes that have no encoding of their own.
 * This package is pure logic over bytes in memory: it knows nothing of files, checksums, streams
 * and engines. Who stores the bytes frames them and adds a checksum.
 *
 * <h2>Format, version 1</h2>
 *
 * <p>Frozen: later releases read it, and change it only under another version. Fixed numbers have
 * their lowest byte first. A <i>varint</i> has seven bits a byte, lowest first, the eighth set in
 * all but the last, at most ten bytes. A <i>signed</i> is {@code (n << 1) ^ (n >> 63)} as varint. A
 * <i>count</i> is a varint up to 2<sup>31</sup> - 1. A <i>text</i> is the varint {@code length in
 * bytes << 2 | form}, then the bytes, where form 0 is Latin-1, 1 is UTF-8, 2 is UTF-16 with the
 * lower byte first.
 *
 * <pre>
 *   stream     version (1 byte: 1), then items
 *   item       value | column | a primitive, text or bytes that the reader must know to expect
 *
 *   value      tag (1 byte), then by tag, in decimal:
 *     0 null   1 false   2 true
 *     3 Byte       1 byte                     8 Float    4 bytes, IEEE 754
 *     4 Short      2 bytes                    9 Double   8 bytes, IEEE 754
 *     5 Character  2 bytes, UTF-16           10 String   text
 *     6 Integer    signed                    11 Tuple2   value, value
 *     7 Long       signed                    12 Tuple3   3 values
 *                                            13 Tuple4   4 values
 *    14 record     type, then each component in the order of the type: a value, or if its kind is
 *                  a primitive, what follows the tag of that primitive (boolean: 1 byte, 0 or 1)
 *    15 enum       type, varint: place of the constant in the type
 *    16 coded      type, length (4 bytes), what the codec wrote; numbers of types begin anew inside
 *    17 array      type of elements, dimensions (1 byte, 1 for a plain array), count, values
 *    32 BigInteger      bytes                      35 Optional        value; null if empty
 *    33 BigDecimal      signed scale, bytes        36 OptionalInt     1 byte, 0 or 1; if 1, signed
 *    34 UUID            8 bytes high, 8 low        37 OptionalLong    likewise
 *                                                  38 OptionalDouble  likewise, 8 bytes
 *    48 Instant         signed seconds, varint nanoseconds         49 Duration   likewise
 *    50 LocalDate       signed year, month (1 byte), day (1 byte)
 *    51 LocalTime       signed nanosecond of the day
 *    52 LocalDateTime   date, time
 *    53 ZoneOffset      signed seconds
 *    54 OffsetTime      time, offset
 *    55 OffsetDateTime  date, time, offset
 *    56 ZonedDateTime   date, time, offset, text: the zone
 *    57 ZoneId          text                       60 MonthDay   month (1 byte), day (1 byte)
 *    58 Year            signed                     61 Period     signed years, months, days
 *    59 YearMonth       signed, month (1 byte)     62 DayOfWeek, 63 Month   1 byte, from 1
 *    64 byte[]     bytes                      68 int[]      count, 4 bytes each
 *    65 boolean[]  count, 1 byte each         69 long[]     count, 8 bytes each
 *    66 short[]    count, 2 bytes each        70 float[]    count, 4 bytes each
 *    67 char[]     count, 2 bytes each        71 double[]   count, 8 bytes each
 *    80 list   81 LinkedList   82 ArrayDeque   83 set   84 set in natural order
 *                  count, values
 *    85 map    86 map in natural order
 *                  count, then key and value each
 *
 *   bytes      count, bytes (a BigInteger's: two's complement, highest first)
 *
 *   type       varint n: if n &gt; 0, the n-th type that the stream defined; if 0, a definition:
 *     1 record     text: name; count of components, for each text: name, and kind (1 byte): 0 value,
 *                  1 boolean, 2 byte, 3 short, 4 char, 5 int, 6 long, 7 float, 8 double
 *     2 enum       text: name; count of constants, for each text: name
 *     3 codec      text: name; varint: version
 *     4 elements   text: name of the class of an array's elements
 *
 *   column     tag (1 byte), count, then by tag:
 *    96 longs      numbers
 *    97 ints       numbers, of 32 bits
 *    98 doubles    8 bytes each
 *    99 booleans   a bit each, lowest first, in whole bytes
 *   100 texts      form (1 byte, as in a text), numbers: length of each in bytes; all the bytes
 *   101 nulls      nothing
 *   102 tuples     2, 3 or 4 (1 byte), then as many columns of the same count
 *   103 records    type, then a column of the same count for each component
 *   104 values     values
 *
 *   numbers    signed: the least; width (1 byte, 0 to 8); for each, its distance from the least in
 *              so many bytes, unsigned
 * </pre>
 *
 * <p>Names of classes are binary names, as {@link Class#getName} has them.
 *
 * <p>So that few bytes can't claim much memory, elements that take no bytes (numbers of width 0,
 * nulls of a column) are counted: up to byte n of a stream there are at most 4096 + 64 n. Values
 * are nested at most 200 deep.
 */
@NullMarked
package io.millrace.codec;

import org.jspecify.annotations.NullMarked;
