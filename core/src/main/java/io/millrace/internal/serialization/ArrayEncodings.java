package io.millrace.internal.serialization;

/** Arrays of primitives: a count, then the elements in fixed width, lowest byte first. */
final class ArrayEncodings {

  private ArrayEncodings() {}

  static void addTo(Encodings encodings) {
    encodings.<byte[]>add(
        48, byte[].class, (v, out) -> out.bytes().bytes(v), in -> in.bytes().bytes());
    encodings.<boolean[]>add(
        49,
        boolean[].class,
        (v, out) -> {
          out.bytes().varint(v.length);
          for (boolean each : v) {
            out.bytes().u8(each ? 1 : 0);
          }
        },
        in -> {
          boolean[] array = new boolean[in.bytes().count(1)];
          for (int i = 0; i < array.length; i++) {
            array[i] = in.bytes().u8() != 0;
          }
          return array;
        });
    encodings.<short[]>add(
        50,
        short[].class,
        (v, out) -> {
          out.bytes().varint(v.length);
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
    encodings.<char[]>add(
        51,
        char[].class,
        (v, out) -> {
          out.bytes().varint(v.length);
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
    encodings.<int[]>add(
        52,
        int[].class,
        (v, out) -> {
          out.bytes().varint(v.length);
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
    encodings.<long[]>add(
        53,
        long[].class,
        (v, out) -> {
          out.bytes().varint(v.length);
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
    encodings.<float[]>add(
        54,
        float[].class,
        (v, out) -> {
          out.bytes().varint(v.length);
          for (float each : v) {
            out.bytes().fixed32(Float.floatToRawIntBits(each));
          }
        },
        in -> {
          float[] array = new float[in.bytes().count(Float.BYTES)];
          for (int i = 0; i < array.length; i++) {
            array[i] = Float.intBitsToFloat(in.bytes().fixed32());
          }
          return array;
        });
    encodings.<double[]>add(
        55,
        double[].class,
        (v, out) -> {
          out.bytes().varint(v.length);
          for (double each : v) {
            out.bytes().fixed64(Double.doubleToRawLongBits(each));
          }
        },
        in -> {
          double[] array = new double[in.bytes().count(Double.BYTES)];
          for (int i = 0; i < array.length; i++) {
            array[i] = Double.longBitsToDouble(in.bytes().fixed64());
          }
          return array;
        });
  }
}
