package io.millrace.internal.serialization;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.UUID;

/** Numbers, optionals and the like. */
final class ScalarEncodings {

  private ScalarEncodings() {}

  static void addTo(Encodings encodings) {
    encodings.<Byte>add(
        32, Byte.class, (v, out) -> out.bytes().u8(v), in -> (byte) in.bytes().u8());
    encodings.<Short>add(
        33, Short.class, (v, out) -> out.bytes().fixed16(v), in -> (short) in.bytes().fixed16());
    encodings.<Character>add(
        34, Character.class, (v, out) -> out.bytes().varint(v), in -> (char) in.bytes().varint());
    encodings.<Float>add(
        35,
        Float.class,
        (v, out) -> out.bytes().fixed32(Float.floatToRawIntBits(v)),
        in -> Float.intBitsToFloat(in.bytes().fixed32()));
    encodings.<BigInteger>add(
        36,
        BigInteger.class,
        (v, out) -> out.bytes().bytes(v.toByteArray()),
        in -> new BigInteger(in.bytes().bytes()));
    encodings.<BigDecimal>add(
        37,
        BigDecimal.class,
        (v, out) -> {
          out.bytes().signed(v.scale());
          out.bytes().bytes(v.unscaledValue().toByteArray());
        },
        in -> {
          int scale = in.bytes().signed();
          return new BigDecimal(new BigInteger(in.bytes().bytes()), scale);
        });
    encodings.<UUID>add(
        38,
        UUID.class,
        (v, out) -> {
          out.bytes().fixed64(v.getMostSignificantBits());
          out.bytes().fixed64(v.getLeastSignificantBits());
        },
        in -> new UUID(in.bytes().fixed64(), in.bytes().fixed64()));
    encodings.<OptionalInt>add(
        39,
        OptionalInt.class,
        (v, out) -> out.write(v.isPresent() ? (Object) v.getAsInt() : null),
        in -> in.read() instanceof Integer value ? OptionalInt.of(value) : OptionalInt.empty());
    encodings.<OptionalLong>add(
        40,
        OptionalLong.class,
        (v, out) -> out.write(v.isPresent() ? (Object) v.getAsLong() : null),
        in -> in.read() instanceof Long value ? OptionalLong.of(value) : OptionalLong.empty());
    encodings.<OptionalDouble>add(
        41,
        OptionalDouble.class,
        (v, out) -> out.write(v.isPresent() ? (Object) v.getAsDouble() : null),
        in ->
            in.read() instanceof Double value ? OptionalDouble.of(value) : OptionalDouble.empty());
    encodings.<Optional<?>>add(
        42,
        Optional.class,
        (v, out) -> out.write(v.isPresent() ? v.get() : null),
        in -> Optional.ofNullable(in.read()));
  }
}
