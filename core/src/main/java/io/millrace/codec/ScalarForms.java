package io.millrace.codec;

import io.millrace.Tuple3;
import io.millrace.Tuple4;
import io.millrace.codec.BuiltIn.Registry;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.UUID;

/** Numbers, texts, optionals and tuples. */
final class ScalarForms {

  private ScalarForms() {}

  static void addTo(Registry forms) {
    addPrimitives(forms);
    addTuples(forms);
    addOptionals(forms);
    forms.<BigInteger>add(
        Tag.BIG_INTEGER,
        BigInteger.class,
        (v, out) -> out.writeBytes(v.toByteArray()),
        in -> new BigInteger(in.readBytes()));
    forms.<BigDecimal>add(
        Tag.BIG_DECIMAL,
        BigDecimal.class,
        (v, out) -> {
          out.writeInt(v.scale());
          out.writeBytes(v.unscaledValue().toByteArray());
        },
        in -> {
          int scale = in.readInt();
          return new BigDecimal(new BigInteger(in.readBytes()), scale);
        });
    forms.<UUID>add(
        Tag.UUID,
        UUID.class,
        (v, out) -> {
          out.writeFixedLong(v.getMostSignificantBits());
          out.writeFixedLong(v.getLeastSignificantBits());
        },
        in -> new UUID(in.readFixedLong(), in.readFixedLong()));
  }

  private static void addPrimitives(Registry forms) {
    forms.<Byte>add(
        Tag.BYTE, Byte.class, (v, out) -> out.writeByte(v), in -> (byte) in.bytes().u8());
    forms.<Short>add(
        Tag.SHORT,
        Short.class,
        (v, out) -> out.bytes().fixed16(v),
        in -> (short) in.bytes().fixed16());
    forms.<Character>add(
        Tag.CHAR,
        Character.class,
        (v, out) -> out.bytes().fixed16(v),
        in -> (char) in.bytes().fixed16());
    forms.<Float>add(Tag.FLOAT, Float.class, (v, out) -> out.writeFloat(v), ValueReader::readFloat);
  }

  private static void addTuples(Registry forms) {
    forms.<Tuple3<?, ?, ?>>add(
        Tag.TUPLE_3,
        Tuple3.class,
        (v, out) -> out.writeElements(v, v._1(), v._2(), v._3()),
        in -> new Tuple3<>(in.read(), in.read(), in.read()));
    forms.<Tuple4<?, ?, ?, ?>>add(
        Tag.TUPLE_4,
        Tuple4.class,
        (v, out) -> out.writeElements(v, v._1(), v._2(), v._3(), v._4()),
        in -> new Tuple4<>(in.read(), in.read(), in.read(), in.read()));
  }

  private static void addOptionals(Registry forms) {
    forms.<Optional<?>>add(
        Tag.OPTIONAL,
        Optional.class,
        (v, out) -> {
          if (v.isPresent()) {
            out.writeElements(v, v.get());
          } else {
            out.bytes().u8(Tag.NULL);
          }
        },
        in -> Optional.ofNullable(in.read()));
    forms.<OptionalInt>add(
        Tag.OPTIONAL_INT,
        OptionalInt.class,
        (v, out) -> {
          out.writeBoolean(v.isPresent());
          v.ifPresent(out::writeInt);
        },
        in -> in.readBoolean() ? OptionalInt.of(in.readInt()) : OptionalInt.empty());
    forms.<OptionalLong>add(
        Tag.OPTIONAL_LONG,
        OptionalLong.class,
        (v, out) -> {
          out.writeBoolean(v.isPresent());
          v.ifPresent(out::writeLong);
        },
        in -> in.readBoolean() ? OptionalLong.of(in.readLong()) : OptionalLong.empty());
    forms.<OptionalDouble>add(
        Tag.OPTIONAL_DOUBLE,
        OptionalDouble.class,
        (v, out) -> {
          out.writeBoolean(v.isPresent());
          v.ifPresent(out::writeDouble);
        },
        in -> in.readBoolean() ? OptionalDouble.of(in.readDouble()) : OptionalDouble.empty());
  }
}
