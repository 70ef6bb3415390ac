package io.millrace.codec;

/**
 * What a user's codec writes, in a frame of its own, so that it can be skipped without the codec.
 */
final class CodecForm implements NamedForm, Form {

  private final Class<?> type;
  private final Codec<Object> codec;
  private final String name;
  private final int version;

  @SuppressWarnings("unchecked") // only values of the class that the codec was given for
  CodecForm(Class<?> type, Codec<?> codec) {
    this.type = type;
    this.codec = (Codec<Object>) codec;
    this.name = codec.name();
    this.version = codec.version();
  }

  @Override
  public Class<?> type() {
    return type;
  }

  @Override
  public String name() {
    return name;
  }

  int version() {
    return version;
  }

  Codec<Object> codec() {
    return codec;
  }

  @Override
  public void define(ByteSink out) {
    out.u8(StoredType.Kind.CODEC);
    out.text(name);
    out.varint(version);
  }

  @Override
  public void write(Object value, ValueWriter out) {
    out.bytes().u8(Tag.CODED);
    out.typeNumber(this);
    out.writeFramed(codec, this, value);
  }
}
