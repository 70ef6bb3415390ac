package io.millrace.codec;

import io.millrace.codec.BuiltIn.Registry;

/** Arrays of primitives: a count, then the elements in fixed width, lowest byte first. */
final class PrimitiveArrayForms {

  private PrimitiveArrayForms() {}

  static void addTo(Registry forms) {
    forms.<byte[]>add(
        Tag.BYTES, byte[].class, (v, out) -> out.writeBytes(v), ValueReader::readBytes);
    forms.<boolean[]>add(
        Tag.BOOLEANS,
        boolean[].class,
        (v, out) -> {
          out.writeCount(v.length);
          for (boolean each : v) {
            out.bytes().u8(each ? 1 : 0);
          }
        },
        in -> {
          boolean[] array = new boolean[in.bytes().count(1)];
          for (int i = 0; i < array.length; i++) {
            array[i] = in.bytes().bool();
          }
          return array;
        });
    forms.<short[]>add(
        Tag.SHORTS,
        short[].class,
        (v, out) -> {
          out.writeCount(v.length);
          for (short each : v) {
            out.bytes().fixed16(each);
          }
        },
        in -> {
          short[] array = new short[in.bytes().count(Short.BYTES)];
          for (int i = 0; i < array.length; i++) {
            array[i] = (short) in.bytes().fixed16();
          }
          return array;
        });
    forms.<char[]>add(
        Tag.CHARS,
        char[].class,
        (v, out) -> {
          out.writeCount(v.length);
          for (char each : v) {
            out.bytes().fixed16(each);
          }
        },
        in -> {
          char[] array = new char[in.bytes().count(Character.BYTES)];
          for (int i = 0; i < array.length; i++) {
            array[i] = (char) in.bytes().fixed16();
          }
          return array;
        });
    forms.<int[]>add(
        Tag.INTS,
        int[].class,
        (v, out) -> {
          out.writeCount(v.length);
          for (int each : v) {
            out.bytes().fixed32(each);
          }
        },
        in -> {
          int[] array = new int[in.bytes().count(Integer.BYTES)];
          for (int i = 0; i < array.length; i++) {
            array[i] = in.bytes().fixed32();
          }
          return array;
        });
    forms.<long[]>add(
        Tag.LONGS,
        long[].class,
        (v, out) -> {
          out.writeCount(v.length);
          for (long each : v) {
            out.bytes().fixed64(each);
          }
        },
        in -> {
          long[] array = new long[in.bytes().count(Long.BYTES)];
          for (int i = 0; i < array.length; i++) {
            array[i] = in.bytes().fixed64();
          }
          return array;
        });
    forms.<float[]>add(
        Tag.FLOATS,
        float[].class,
        (v, out) -> {
          out.writeCount(v.length);
          for (float each : v) {
            out.writeFloat(each);
          }
        },
        in -> {
          float[] array = new float[in.bytes().count(Float.BYTES)];
          for (int i = 0; i < array.length; i++) {
            array[i] = in.readFloat();
          }
          return array;
        });
    forms.<double[]>add(
        Tag.DOUBLES,
        double[].class,
        (v, out) -> {
          out.writeCount(v.length);
          for (double each : v) {
            out.writeDouble(each);
          }
        },
        in -> {
          double[] array = new double[in.bytes().count(Double.BYTES)];
          for (int i = 0; i < array.length; i++) {
            array[i] = in.readDouble();
          }
          return array;
        });
  }
}
