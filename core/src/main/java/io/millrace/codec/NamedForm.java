package io.millrace.codec;

/**
 * A form of which a stream says once what it looks like, at its first use, and later only the
 * number.
 */
sealed interface NamedForm permits RecordForm, EnumForm, CodecForm, PlainType {

  /** The class that this is for. */
  Class<?> type();

  /** What identifies it in what is stored. */
  String name();

  /** Writes the definition, its {@link StoredType.Kind} first. */
  void define(ByteSink out);
}
