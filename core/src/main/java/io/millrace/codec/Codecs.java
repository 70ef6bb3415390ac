package io.millrace.codec;

import java.io.IOException;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The types that a program stores, and how: what is built in and what the program registers.
 * Immutable, and safe for concurrent use.
 *
 * <p>Built in are the primitives' boxes, {@link String}, big numbers, the values of {@code
 * java.time}, {@link java.util.UUID}, {@link Optional} and its kin, tuples, arrays, and the lists,
 * sets and maps of the JDK. Records, enums and sealed interfaces of records are registered by
 * class, and with a class all that its components declare. All else needs a {@link Codec}.
 *
 * <pre>{@code
 * Codecs codecs = Codecs.builder()
 *     .type(Order.class, defaults -> defaults.component("currency", "EUR"))
 *     .codec(Money.class, new MoneyCodec())
 *     .renamed("com.acme.old.Customer", Customer.class)
 *     .build();
 * }</pre>
 *
 * <p><b>What may change</b> between the program that wrote a value and the one that reads it: a
 * record may lose and reorder components. A component that it has gained is its default: the one
 * that was registered; else zero or false if it is primitive, empty if it is an optional, null if
 * it is annotated {@code @Nullable}, whosever annotation that is; else reading fails, and says so.
 * An int may become a long and a float a double. An enum may gain and reorder constants. A class
 * may move, if the old name is registered for it. A codec raises its version.
 */
public final class Codecs implements Serializable {

  private static final long serialVersionUID = 1L;

  /** What an array's elements may be declared as, beside classes that have a form. */
  private static final List<Class<?>> PLAIN_TYPES =
      List.of(
          Object.class,
          Number.class,
          Comparable.class,
          CharSequence.class,
          Record.class,
          Iterable.class,
          Collection.class,
          List.class,
          Set.class,
          SortedSet.class,
          Deque.class,
          Map.class,
          SortedMap.class,
          ZoneId.class,
          boolean.class,
          byte.class,
          short.class,
          char.class,
          int.class,
          long.class,
          float.class,
          double.class);

  private final Map<Class<?>, NamedForm> byClass;
  private final List<CodecForm> codecs;
  private final Map<String, NamedForm> typesByName;
  private final Map<String, CodecForm> codecsByName;
  private final Map<String, PlainType> plainByName;

  /** Found so far; null has no place here, so classes without form are looked up again. */
  private final Map<Class<?>, Form> found = new ConcurrentHashMap<>();

  /** What it was built from. */
  private final Registrations registrations;

  private Codecs(Builder builder) {
    this.registrations = builder.registrations();
    this.byClass = builder.byClass;
    this.codecs = List.copyOf(builder.codecs.values());
    this.typesByName = builder.typesByName;
    this.codecsByName = builder.codecsByName;
    this.plainByName = builder.plainByName;
  }

  public static Builder builder() {
    return new Builder();
  }

  private Object writeReplace() {
    return registrations;
  }

  /** What a program has registered, as it travels to other processes of it. */
  private record Registrations(
      List<Class<?>> types,
      Map<Class<?>, Map<String, @Nullable Object>> defaults,
      LinkedHashMap<Class<?>, Codec<?>> codecs,
      LinkedHashMap<String, Class<?>> renamed)
      implements Serializable {

    private Object readResolve() {
      Builder builder = builder();
      types.forEach(builder.types::add);
      builder.defaults.putAll(defaults);
      codecs.forEach((type, codec) -> builder.codecs.put(type, new CodecForm(type, codec)));
      builder.renamed.putAll(renamed);
      return builder.build();
    }
  }

  /** What is built in, and no more. */
  public static Codecs builtIn() {
    return builder().build();
  }

  /** A new stream. */
  public Encoder encoder() {
    return new Encoder(this);
  }

  /**
   * Reads a stream from the remaining bytes of a buffer, whose position stays as it is. The bytes
   * must not change meanwhile; they are copied if the buffer is direct or read-only.
   *
   * @param what the thing that holds the stream, for messages: {@code snapshot 7 of counts}
   * @throws io.millrace.FormatVersionException if another release wrote it, whose format this one
   *     can't read
   * @throws io.millrace.CorruptionException if it is empty
   */
  public Decoder decoder(ByteBuffer bytes, String what) throws IOException {
    return new Decoder(this, bytes, what);
  }

  /**
   * Finds out whether a value could be stored, by encoding it and throwing the bytes away. Meant
   * for the first record of many.
   *
   * @throws io.millrace.NotEncodableException if it could not
   */
  public void check(@Nullable Object value) {
    encoder().writeValue(value);
  }

  @Nullable Form formOf(Class<?> type) {
    Form form = found.get(type);
    if (form == null) {
      form = find(type);
      if (form != null) {
        found.put(type, form);
      }
    }
    return form;
  }

  private @Nullable Form find(Class<?> type) {
    if (byClass.get(type) instanceof Form form) {
      return form;
    } else if (BuiltIn.of(type) != null) {
      return BuiltIn.of(type);
    } else if (type.isArray()) {
      return findArray(type);
    } else if (Enum.class.isAssignableFrom(type) && !type.isEnum() && type != Enum.class) {
      return formOf(type.getSuperclass()); // the class of a constant with a body
    }
    for (CodecForm codec : codecs) {
      if (codec.type().isAssignableFrom(type)) {
        return codec;
      }
    }
    return CollectionForms.of(type);
  }

  private @Nullable Form findArray(Class<?> type) {
    Class<?> base = type;
    int dimensions = 0;
    while (base.isArray()) {
      base = base.getComponentType();
      dimensions++;
    }
    PlainType plain = plainByName.get(base.getName());
    return plain == null || plain.type() != base ? null : new ArrayForm(plain, dimensions);
  }

  /** The record or enum of a name that is stored. */
  @Nullable NamedForm type(String name) {
    return typesByName.get(name);
  }

  /** The codec of a name that is stored. */
  @Nullable CodecForm codec(String name) {
    return codecsByName.get(name);
  }

  /** The class of an array's elements. */
  @Nullable Class<?> plain(String name) {
    PlainType plain = plainByName.get(name);
    return plain == null ? null : plain.type();
  }

  /** Collects what a program stores. Not for several threads. */
  public static final class Builder {

    private final DeclaredTypes types = new DeclaredTypes();
    private final Map<Class<?>, Map<String, @Nullable Object>> defaults = new HashMap<>();
    private final Map<Class<?>, CodecForm> codecs = new LinkedHashMap<>();
    private final Map<String, Class<?>> renamed = new LinkedHashMap<>();

    private final Map<Class<?>, NamedForm> byClass = new HashMap<>();
    private final Map<String, NamedForm> typesByName = new HashMap<>();
    private final Map<String, CodecForm> codecsByName = new HashMap<>();
    private final Map<String, PlainType> plainByName = new HashMap<>();
    private boolean isBuilt;

    private Builder() {}

    private Registrations registrations() {
      LinkedHashMap<Class<?>, Codec<?>> registered = new LinkedHashMap<>();
      codecs.forEach((type, form) -> registered.put(type, form.codec()));
      return new Registrations(
          new ArrayList<>(types.found()),
          new HashMap<>(defaults),
          registered,
          new LinkedHashMap<>(renamed));
    }

    /**
     * Registers a record, an enum or a sealed type, and with it the records, enums and sealed types
     * that its components declare, as arguments and elements too, and that it permits. Again is
     * allowed.
     *
     * @throws IllegalArgumentException if it is none of these
     */
    public Builder type(Class<?> type) {
      if (!DeclaredTypes.isNamed(type)) {
        throw new IllegalArgumentException(
            type.getName()
                + " is no record, enum or sealed type; "
                + (BuiltIn.covers(type)
                    ? "it needs no registration, as it is built in"
                    : "give it a codec"));
      }
      types.add(type);
      return this;
    }

    /**
     * Registers a record, with what components are that a stored one does not have.
     *
     * @throws IllegalArgumentException if it is no record; if there is no such component, or the
     *     value is not of its type, then {@link #build} throws that
     */
    public Builder type(Class<?> record, Consumer<? super ComponentDefaults> defaultsOf) {
      if (!record.isRecord()) {
        throw new IllegalArgumentException(record.getName() + " is no record");
      }
      ComponentDefaults values = new ComponentDefaults(defaults.getOrDefault(record, Map.of()));
      defaultsOf.accept(values);
      defaults.put(record, values.values());
      return type(record);
    }

    /**
     * Registers an encoding for a class and what is derived from it; of several that fit, for the
     * class itself, else the one that was registered first. May also be given for a record or enum,
     * which is then written by it.
     *
     * @throws IllegalArgumentException if the class is built in, or has a codec
     */
    public <T> Builder codec(Class<T> type, Codec<T> codec) {
      if (BuiltIn.covers(type) || PLAIN_TYPES.contains(type) || type.isArray()) {
        throw new IllegalArgumentException(type.getName() + " can't have a codec");
      }
      if (codec.version() < 1) {
        throw new IllegalArgumentException(
            "codec " + codec.name() + " has version " + codec.version() + "; they begin with 1");
      }
      if (codecs.putIfAbsent(type, new CodecForm(type, codec)) != null) {
        throw new IllegalArgumentException(type.getName() + " has two codecs");
      }
      return this;
    }

    /**
     * Says which class it is that is stored under a name that no class of the program has any more.
     *
     * @param storedName the binary name that the class had, or the name that the codec had
     */
    public Builder renamed(String storedName, Class<?> type) {
      Class<?> other = renamed.putIfAbsent(storedName, type);
      if (other != null && other != type) {
        throw new IllegalArgumentException(
            storedName + " can't be both " + other.getName() + " and " + type.getName());
      }
      if (DeclaredTypes.isNamed(type)) {
        types.add(type);
      }
      return this;
    }

    /**
     * @throws IllegalArgumentException if a record is not open to Millrace, a default does not fit,
     *     or a name stands for two things
     * @throws IllegalStateException if this builder has built
     */
    public Codecs build() {
      if (isBuilt) {
        throw new IllegalStateException("a builder builds once");
      }
      isBuilt = true;
      PLAIN_TYPES.forEach(this::addPlain);
      BuiltIn.types().forEach(this::addPlain);
      types.found().forEach(this::addType);
      codecs.forEach(
          (type, form) -> {
            addPlain(type);
            byClass.put(type, form);
            putName(form.name(), form, codecsByName);
          });
      renamed.forEach(this::addOldName);
      return new Codecs(this);
    }

    private void addPlain(Class<?> type) {
      plainByName.put(type.getName(), new PlainType(type));
    }

    private void addType(Class<?> type) {
      addPlain(type);
      if (type.isRecord()) {
        addNamed(new RecordForm(type, defaults.getOrDefault(type, Map.of())));
      } else if (type.isEnum()) {
        addNamed(new EnumForm(type));
      }
    }

    private void addNamed(NamedForm form) {
      byClass.put(form.type(), form);
      putName(form.name(), form, typesByName);
    }

    private void addOldName(String name, Class<?> type) {
      if (!plainByName.containsKey(type.getName())) {
        throw new IllegalArgumentException(
            name + " is said to be " + type.getName() + " now, which is not registered");
      }
      plainByName.putIfAbsent(name, new PlainType(type));
      NamedForm record = typesByName.get(type.getName());
      if (record != null) {
        putName(name, record, typesByName);
      }
      CodecForm codec = codecs.get(type);
      if (codec != null && !name.equals(codec.name())) {
        putName(name, codec, codecsByName);
      }
    }

    private static <F extends NamedForm> void putName(String name, F form, Map<String, F> byName) {
      NamedForm other = byName.putIfAbsent(name, form);
      if (other != null) {
        throw new IllegalArgumentException(
            "the name "
                + name
                + " stands for "
                + other.type().getName()
                + " and for "
                + form.type().getName());
      }
    }
  }
}
