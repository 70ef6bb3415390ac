package io.millrace.codec;

import io.millrace.FormatVersionException;
import io.millrace.Tuple2;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads what {@link ValueWriter} wrote. Classes are those that the program has registered, found by
 * the name that is stored; none is ever loaded by name.
 *
 * <p>Values of a component that the program's record has dropped are passed over: read in full, but
 * nothing is made of records, enums and codecs, as the program may not have them any more. What
 * {@link #read} returns for such values means nothing.
 */
final class ValueReader implements CodecInput {

  /** Values may be null, though their type is plain {@code Object} throughout. */
  private static final Object[] NULL = new Object[1];

  /** Lists begin no larger than this, whatever count is claimed, and grow by what is read. */
  private static final int MAX_INITIAL_CAPACITY = 64;

  /** A definition of a component takes no less than the length of its name and its kind. */
  private static final int MIN_COMPONENT_BYTES = 2;

  private final Codecs codecs;
  private final ByteReader bytes;
  private List<StoredType> types = new ArrayList<>();
  private int depth;
  private int discarding;

  ValueReader(Codecs codecs, ByteReader bytes) {
    this.codecs = codecs;
    this.bytes = bytes;
  }

  ByteReader bytes() {
    return bytes;
  }

  Object read() throws IOException {
    int tag = bytes.u8();
    return switch (tag) {
      case Tag.NULL -> NULL[0];
      case Tag.FALSE -> false;
      case Tag.TRUE -> true;
      case Tag.INT -> bytes.signedInt();
      case Tag.LONG -> bytes.signed();
      case Tag.DOUBLE -> Double.longBitsToDouble(bytes.fixed64());
      case Tag.TEXT -> bytes.text();
      default -> readOther(tag);
    };
  }

  private Object readOther(int tag) throws IOException {
    enter();
    Object value =
        switch (tag) {
          case Tag.TUPLE_2 -> new Tuple2<>(read(), read());
          case Tag.RECORD -> readRecord();
          case Tag.ENUM -> readEnum();
          case Tag.CODED -> readCoded();
          case Tag.ARRAY -> ArrayForm.read(this);
          default -> {
            BuiltIn<?> builtIn = BuiltIn.of(tag);
            if (builtIn == null) {
              throw bytes.corrupt("a value of the unknown kind " + tag);
            }
            yield builtIn.take().take(this);
          }
        };
    leave();
    return value;
  }

  void enter() throws IOException {
    if (++depth > ValueWriter.MAX_DEPTH) {
      throw bytes.corrupt("values nested more than " + ValueWriter.MAX_DEPTH + " deep");
    }
  }

  void leave() {
    depth--;
  }

  boolean isDiscarding() {
    return discarding > 0;
  }

  /** What is read until {@link #stopDiscarding} is passed over. */
  void startDiscarding() {
    discarding++;
  }

  void stopDiscarding() {
    discarding--;
  }

  /** Adds that many values, unless they are passed over; returns the collection. */
  <C extends Collection<Object>> C readInto(C into, int count) throws IOException {
    for (int i = 0; i < count; i++) {
      Object value = read();
      if (discarding == 0) {
        into.add(value);
      }
    }
    return into;
  }

  List<Object> newList(int count) {
    return new ArrayList<>(Math.min(count, MAX_INITIAL_CAPACITY));
  }

  /** The number of a type, or its definition. */
  StoredType readType() throws IOException {
    int number = bytes.unsignedInt();
    if (number > types.size()) {
      throw bytes.corrupt("type number " + number + " of " + types.size());
    }
    if (number > 0) {
      return types.get(number - 1);
    }
    StoredType type = readDefinition();
    types.add(type);
    return type;
  }

  private StoredType readDefinition() throws IOException {
    int kind = bytes.u8();
    String name = bytes.text();
    return switch (kind) {
      case StoredType.Kind.RECORD ->
          readRecordDefinition(
              name, codecs.type(name) instanceof RecordForm record ? record : null);
      case StoredType.Kind.ENUM ->
          new StoredType.Constants(
              name, readNames(), codecs.type(name) instanceof EnumForm form ? form : null);
      case StoredType.Kind.CODEC ->
          new StoredType.Coded(name, bytes.unsignedInt(), codecs.codec(name));
      case StoredType.Kind.PLAIN -> new StoredType.Plain(name, codecs.plain(name));
      default -> throw bytes.corrupt("a type of the unknown kind " + kind);
    };
  }

  private List<String> readNames() throws IOException {
    int count = bytes.count(1);
    List<String> names = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      names.add(bytes.text());
    }
    return names;
  }

  private StoredRecord readRecordDefinition(String name, @Nullable RecordForm form)
      throws IOException {
    int count = bytes.count(MIN_COMPONENT_BYTES);
    List<String> names = new ArrayList<>();
    List<ComponentKind> kinds = new ArrayList<>();
    Set<String> distinct = new HashSet<>();
    for (int i = 0; i < count; i++) {
      String component = bytes.text();
      if (!distinct.add(component)) {
        throw bytes.corrupt("record " + name + " has two components " + component);
      }
      names.add(component);
      kinds.add(ComponentKind.read(bytes));
    }
    return new StoredRecord(name, names, kinds.toArray(new ComponentKind[0]), form);
  }

  /** A type that must be a record. */
  StoredRecord readRecordType() throws IOException {
    if (readType() instanceof StoredRecord record) {
      return record;
    }
    throw bytes.corrupt("a record of a type that is none");
  }

  private Object readRecord() throws IOException {
    StoredRecord stored = readRecordType();
    if (isDiscarding()) {
      for (int i = 0; i < stored.numComponents(); i++) {
        stored.kind(i).read(this);
      }
      return NULL[0];
    }
    RecordForm form = stored.form(this);
    Object[] components = form.defaults();
    for (int i = 0; i < stored.numComponents(); i++) {
      if (stored.place(i) == StoredRecord.DROPPED) {
        startDiscarding();
        stored.kind(i).read(this);
        stopDiscarding();
      } else {
        Object value = stored.kind(i).read(this);
        components[stored.place(i)] = stored.fit(form, i, value, this);
      }
    }
    return make(stored, form, components);
  }

  Object make(StoredRecord stored, RecordForm form, Object[] components) throws SchemaException {
    try {
      return form.make(components);
    } catch (Error e) {
      throw e;
    } catch (Throwable e) {
      throw schema(
          stored, "the constructor of record " + form.name() + " refuses stored values: " + e, e);
    }
  }

  private Object readEnum() throws IOException {
    if (!(readType() instanceof StoredType.Constants stored)) {
      throw bytes.corrupt("a constant of a type that is no enum");
    }
    int place = bytes.unsignedInt();
    if (place >= stored.names().size()) {
      throw bytes.corrupt("constant " + place + " of " + stored.names().size());
    }
    if (isDiscarding()) {
      return NULL[0];
    }
    EnumForm form = stored.form();
    if (form == null) {
      throw unknown(stored, "registerTypes");
    }
    Enum<?> constant = stored.constant(form, place);
    if (constant == null) {
      throw schema(
          stored,
          "enum "
              + form.name()
              + " has no constant "
              + stored.names().get(place)
              + ", which is stored: keep constants for as long as values of them are stored");
    }
    return constant;
  }

  private Object readCoded() throws IOException {
    if (!(readType() instanceof StoredType.Coded stored)) {
      throw bytes.corrupt("what a codec wrote, of a type that has none");
    }
    int length = bytes.fixed32();
    if (length < 0 || length > bytes.remaining()) {
      throw bytes.corrupt(length + " bytes of a codec in the " + bytes.remaining() + " left");
    }
    if (isDiscarding()) {
      bytes.skip(length);
      return NULL[0];
    }
    CodecForm form = stored.form();
    if (form == null) {
      throw unknown(stored, "registerCodec");
    }
    if (stored.version() < 1 || stored.version() > form.version()) {
      throw new FormatVersionException(
          bytes.place() + "a value of codec " + form.name(), stored.version(), 1, form.version());
    }
    List<StoredType> typesOutside = types;
    types = new ArrayList<>();
    int end = bytes.narrow(length);
    Object value = decode(stored, form);
    if (bytes.remaining() > 0) {
      throw schema(
          stored,
          "codec "
              + form.name()
              + " has read "
              + (length - bytes.remaining())
              + " of the "
              + length
              + " bytes that it wrote");
    }
    bytes.widen(end);
    types = typesOutside;
    return value;
  }

  private Object decode(StoredType.Coded stored, CodecForm form) throws IOException {
    try {
      return form.codec().read(this, stored.version());
    } catch (RuntimeException e) {
      throw schema(stored, "codec " + form.name() + " can't read what is stored: " + e, e);
    }
  }

  Class<?> plainClass(StoredType stored) throws IOException {
    if (!(stored instanceof StoredType.Plain plain)) {
      throw bytes.corrupt("an array of what is no plain type");
    }
    if (plain.type() == null) {
      throw unknown(stored, "registerTypes");
    }
    return plain.type();
  }

  SchemaException unknown(StoredType stored, String method) {
    String type = stored.name();
    return schema(
        stored,
        "the program has registered nothing as "
            + type
            + ": add context."
            + method
            + "(...) for it; if the class has moved, .renamed(\""
            + type
            + "\", TheClass.class)");
  }

  SchemaException schema(StoredType stored, String problem) {
    return new SchemaException(stored.name(), bytes.place() + problem, null);
  }

  private SchemaException schema(StoredType stored, String problem, Throwable cause) {
    return new SchemaException(stored.name(), bytes.place() + problem, cause);
  }

  @Override
  public boolean readBoolean() throws IOException {
    return bytes.bool();
  }

  @Override
  public byte readByte() throws IOException {
    return (byte) bytes.u8();
  }

  @Override
  public int readInt() throws IOException {
    return bytes.signedInt();
  }

  @Override
  public long readLong() throws IOException {
    return bytes.signed();
  }

  @Override
  public long readFixedLong() throws IOException {
    return bytes.fixed64();
  }

  @Override
  public float readFloat() throws IOException {
    return Float.intBitsToFloat(bytes.fixed32());
  }

  @Override
  public double readDouble() throws IOException {
    return Double.longBitsToDouble(bytes.fixed64());
  }

  @Override
  public int readCount() throws IOException {
    return bytes.count(1);
  }

  @Override
  public String readString() throws IOException {
    return bytes.text();
  }

  @Override
  public byte[] readBytes() throws IOException {
    return bytes.raw(bytes.count(1));
  }

  @Override
  public @Nullable Object readValue() throws IOException {
    return read();
  }
}
