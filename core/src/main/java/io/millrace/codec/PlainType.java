package io.millrace.codec;

/** A class that is only named: the type of an array's elements. */
record PlainType(Class<?> type) implements NamedForm {

  @Override
  public String name() {
    return type.getName();
  }

  @Override
  public void define(ByteSink out) {
    out.u8(StoredType.Kind.PLAIN);
    out.text(name());
  }
}
