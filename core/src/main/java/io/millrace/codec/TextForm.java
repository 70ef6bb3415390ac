package io.millrace.codec;

/** How the characters of a text are written. The header is {@code length in bytes << 2 | form}. */
enum TextForm {
  /** A byte each. */
  LATIN_1,
  /** What Latin-1 lacks. */
  UTF_8,
  /** Two bytes each, for texts with a surrogate that lacks its partner. */
  UTF_16;

  static final int BITS = 2;
  private static final TextForm[] FORMS = values();

  long header(long length) {
    return length << BITS | ordinal();
  }

  /** The form in a header; all bits above the form's are the length. */
  static int formOf(long header) {
    return (int) (header & ((1 << BITS) - 1));
  }

  static boolean isKnown(int form) {
    return form < FORMS.length;
  }

  static TextForm of(int form) {
    return FORMS[form];
  }
}
