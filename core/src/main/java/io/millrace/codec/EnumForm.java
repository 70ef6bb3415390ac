package io.millrace.codec;

/** Constants by name: the definition lists the names, a constant is its place in that list. */
final class EnumForm implements NamedForm, Form {

  private final Class<?> type;
  private final Enum<?>[] constants;

  EnumForm(Class<?> type) {
    this.type = type;
    this.constants = (Enum<?>[]) type.getEnumConstants();
  }

  @Override
  public Class<?> type() {
    return type;
  }

  @Override
  public String name() {
    return type.getName();
  }

  Enum<?>[] constants() {
    return constants;
  }

  @Override
  public void define(ByteSink out) {
    out.u8(StoredType.Kind.ENUM);
    out.text(name());
    out.varint(constants.length);
    for (Enum<?> constant : constants) {
      out.text(constant.name());
    }
  }

  @Override
  public void write(Object value, ValueWriter out) {
    out.bytes().u8(Tag.ENUM);
    out.typeNumber(this);
    out.bytes().varint(((Enum<?>) value).ordinal());
  }
}
