package io.millrace.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.CorruptionException;
import io.millrace.FormatVersionException;
import io.millrace.NotEncodableException;
import io.millrace.Tuple2;
import io.millrace.codec.Samples.Circle;
import io.millrace.codec.Samples.Color;
import io.millrace.codec.Samples.Money;
import io.millrace.codec.Samples.MoneyCodec;
import io.millrace.codec.Samples.Order;
import io.millrace.codec.Samples.Shape;
import io.millrace.codec.Samples.Square;
import io.millrace.codec.Samples.Wide;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.LinkedList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class CodecsTest {

  private static ByteBuffer encode(Codecs codecs, Object value) {
    Encoder out = codecs.encoder();
    out.writeValue(value);
    return out.bytes();
  }

  private static Object decode(Codecs codecs, ByteBuffer bytes) throws IOException {
    Decoder in = codecs.decoder(bytes, "test");
    Object value = in.readValue();
    in.requireEnd();
    return value;
  }

  private static Object roundTrip(Object value) throws IOException {
    return decode(Samples.CODECS, encode(Samples.CODECS, value));
  }

  @Test
  void values_comeBackEqualAndOfTheSameClass() throws IOException {
    List<Object> all = new ArrayList<>(Samples.scalars());
    all.addAll(Samples.compounds());
    for (Object value : all) {
      Object back = roundTrip(value);
      assertThat(back).isEqualTo(value);
      if (!(value instanceof Collection<?>) && value != null) {
        assertThat(back).hasSameClassAs(value);
      }
    }
  }

  @Test
  void arrays_comeBackWithTheirTypeOfElements() throws IOException {
    for (Object array : Samples.arrays()) {
      Object back = roundTrip(array);
      assertThat(back).hasSameClassAs(array);
      assertThat(Arrays.deepEquals(new Object[] {back}, new Object[] {array})).isTrue();
    }
  }

  @Test
  void randomValues_comeBackEqual() throws IOException {
    for (long seed = 0; seed < 2000; seed++) {
      Object value = Samples.random(new Random(seed), 5);
      assertThat(roundTrip(value)).as("seed %d", seed).isEqualTo(value);
    }
  }

  @Test
  void manyValues_shareDefinitionsInOneStream() throws IOException {
    Encoder out = Samples.CODECS.encoder();
    out.writeValue(Samples.order(1));
    int first = out.size();
    out.writeValue(Samples.order(1));
    assertThat(out.size() - first).isLessThan(first / 3);
    Decoder in = Samples.CODECS.decoder(out.bytes(), "test");
    assertThat(in.readValue()).isEqualTo(Samples.order(1));
    assertThat(in.readValue()).isEqualTo(Samples.order(1));
    assertThat(in.hasRemaining()).isFalse();
  }

  @Test
  void pieces_oneAfterTheOtherAreTheStream() throws IOException {
    Encoder out = Samples.CODECS.encoder();
    Encoder whole = Samples.CODECS.encoder();
    ByteBuffer joined = ByteBuffer.allocateDirect(100_000);
    for (int i = 0; i < 20; i++) {
      out.writeValue(Samples.order(i));
      whole.writeValue(Samples.order(i));
      joined.put(out.takePiece());
    }
    joined.flip();
    assertThat(joined).isEqualTo(whole.bytes());
    Decoder in = Samples.CODECS.decoder(joined, "test");
    for (int i = 0; i < 20; i++) {
      assertThat(in.readValue()).isEqualTo(Samples.order(i));
    }
    in.requireEnd();
  }

  @Test
  void reset_beginsAStreamThatStandsForItself() throws IOException {
    Encoder out = Samples.CODECS.encoder();
    out.writeValue(Samples.order(1));
    out.reset();
    out.writeValue(Samples.order(2));
    assertThat(decode(Samples.CODECS, out.bytes())).isEqualTo(Samples.order(2));
  }

  @Test
  void primitives_comeBackInOrder() throws IOException {
    Encoder out = Samples.CODECS.encoder();
    out.writeBoolean(true);
    out.writeByte(-1);
    out.writeInt(Integer.MIN_VALUE);
    out.writeLong(Long.MIN_VALUE);
    out.writeFixedLong(-2);
    out.writeFloat(0.5f);
    out.writeDouble(-0.0);
    out.writeString("\u20ac");
    out.writeCount(2);
    out.writeBytes(new byte[] {3});
    Decoder in = Samples.CODECS.decoder(out.bytes().asReadOnlyBuffer(), "test");
    assertThat(in.readBoolean()).isTrue();
    assertThat(in.readByte()).isEqualTo((byte) -1);
    assertThat(in.readInt()).isEqualTo(Integer.MIN_VALUE);
    assertThat(in.readLong()).isEqualTo(Long.MIN_VALUE);
    assertThat(in.readFixedLong()).isEqualTo(-2);
    assertThat(in.readFloat()).isEqualTo(0.5f);
    assertThat(in.readDouble()).isEqualTo(-0.0);
    assertThat(in.readString()).isEqualTo("\u20ac");
    assertThat(in.readCount()).isEqualTo(2);
    assertThat(in.readBytes()).containsExactly(3);
    assertThatThrownBy(in::readByte).isInstanceOf(CorruptionException.class);
    assertThatIllegalArgumentException().isThrownBy(() -> out.writeCount(-1));
  }

  @Test
  void collectionsOfTheJdk_comeBackEqual() throws IOException {
    List<Object> lists =
        List.of(
            List.of(),
            List.of(1, 2, 3),
            Stream.of(1, null).toList(),
            Collections.unmodifiableList(new LinkedList<>(List.of(1))),
            Collections.nCopies(2, "x"),
            new ArrayList<>(List.of(1, 2, 3)).subList(1, 2),
            Set.of(1, 2, 3),
            Collections.unmodifiableSet(new LinkedHashSet<>(List.of(2, 1))),
            EnumSet.of(Color.GREEN),
            ConcurrentHashMap.newKeySet(),
            Map.of(1, 2, 3, 4),
            new EnumMap<>(Map.of(Color.RED, 1)),
            new ConcurrentHashMap<>(Map.of("a", 1)),
            Collections.unmodifiableSortedMap(new TreeMap<>(Map.of(2, 1, 1, 2))),
            new TreeSet<String>(Comparator.naturalOrder()));
    for (Object value : lists) {
      assertThat(roundTrip(value)).isEqualTo(value);
    }
    Object deque = roundTrip(new ArrayDeque<>(List.of(2, 1)));
    assertThat(deque).isInstanceOf(ArrayDeque.class);
    assertThat((ArrayDeque<?>) deque).hasToString("[2, 1]");
  }

  @Test
  void collections_keepTheirOrderAndMayBeChanged() throws IOException {
    Map<Object, Object> map = new LinkedHashMap<>();
    for (int i = 100; i > 0; i--) {
      map.put(i, i);
    }
    assertThat(((Map<?, ?>) roundTrip(map)).keySet()).hasToString(map.keySet().toString());
    @SuppressWarnings("unchecked")
    List<Object> list = (List<Object>) roundTrip(List.of(1));
    list.add(2);
    assertThat(list).containsExactly(1, 2);
  }

  @Test
  void anOrderOfTheUsers_isRefused() {
    TreeSet<String> set = new TreeSet<>(Comparator.<String>reverseOrder());
    assertThatThrownBy(() -> encode(Samples.CODECS, List.of(set)))
        .isInstanceOf(NotEncodableException.class)
        .hasMessageContaining("List[0] -> java.util.TreeSet")
        .hasMessageContaining("natural");
    assertThatThrownBy(() -> encode(Samples.CODECS, new IdentityHashMap<>()))
        .isInstanceOf(NotEncodableException.class);
  }

  @Test
  void anUnknownClass_isRefusedWithThePathAndTheRemedy() {
    record Local(Object any) {}
    Object foo = new Thread();
    Object value = new Tuple2<>(1, List.of(0, 1, 2, foo));
    assertThatThrownBy(() -> Samples.CODECS.check(value))
        .isInstanceOfSatisfying(
            NotEncodableException.class,
            e -> {
              assertThat(e.typeName()).isEqualTo("java.lang.Thread");
              assertThat(e.path()).isEqualTo("Tuple2._2 -> List[3] -> java.lang.Thread");
            })
        .hasMessageContaining("Tuple2._2 -> List[3] -> java.lang.Thread")
        .hasMessageContaining("context.registerCodec(Thread.class, codec)");
    assertThatThrownBy(() -> Samples.CODECS.check(Map.of("k", Optional.of(new Local(1)))))
        .isInstanceOf(NotEncodableException.class)
        .hasMessageContaining("Map value 0 -> Optional -> ")
        .hasMessageContaining("context.registerTypes(Local.class)");
    assertThatThrownBy(
            () -> Samples.CODECS.check(new Wide(true, (byte) 0, (short) 0, 'c', 0, 0, 0, 0, foo)))
        .hasMessageContaining("Samples.Wide.any -> java.lang.Thread");
    assertThatThrownBy(() -> Samples.CODECS.check(new Money(1, foo)))
        .hasMessageContaining("Samples.Money -> java.lang.Thread");
    assertThatThrownBy(() -> Samples.CODECS.check(new Object[] {foo}))
        .hasMessageContaining("Object[0] -> java.lang.Thread");
    assertThatThrownBy(() -> Codecs.builtIn().check(new Color[] {Color.RED}))
        .hasMessageContaining("context.registerTypes(Samples.Color.class)");
    assertThatThrownBy(() -> Codecs.builtIn().check(Color.GREEN))
        .hasMessageContaining("context.registerTypes(Samples.Color.class)");
    Runnable lambda = () -> {};
    assertThatThrownBy(() -> Samples.CODECS.check(lambda)).hasMessageContaining("lambda");
  }

  @Test
  void inColumns_thePathNamesTheRow() {
    Object[] rows = {new Tuple2<>(1, 2), new Tuple2<>(1, new Thread())};
    Encoder out = Samples.CODECS.encoder();
    assertThatThrownBy(() -> out.writeValues(rows, 0, 2))
        .hasMessageContaining("Tuple2._2 -> row 1 -> java.lang.Thread");
  }

  @Test
  void aValueThatContainsItself_isRefused() {
    List<Object> list = new ArrayList<>();
    list.add(list);
    assertThatThrownBy(() -> Samples.CODECS.check(list))
        .isInstanceOf(NotEncodableException.class)
        .hasMessageContaining("contain themselves");
  }

  @Test
  void aWriteThatFails_leavesNothingBehind() throws IOException {
    Encoder out = Samples.CODECS.encoder();
    List<Object> bad = new ArrayList<>(List.of(Samples.order(1), new Money(1, Color.RED)));
    bad.add(new Money(2, new Thread()));
    int before = out.size();
    assertThatThrownBy(() -> out.writeValue(bad)).isInstanceOf(NotEncodableException.class);
    assertThatThrownBy(() -> out.writeValues(bad.toArray(), 0, 3))
        .isInstanceOf(NotEncodableException.class);
    assertThat(out.size()).isEqualTo(before);
    out.writeValue(Samples.order(1));
    assertThat(decode(Samples.CODECS, out.bytes())).isEqualTo(Samples.order(1));
  }

  @Test
  void types_areRegisteredWithWhatTheyDeclare() throws IOException {
    record Holder(Map<String, ? extends List<Square[]>> squares, Optional<Order> order) {}
    Codecs codecs =
        Codecs.builder().type(Holder.class).codec(Money.class, new MoneyCodec()).build();
    Holder holder = new Holder(Map.of(), Optional.of(Samples.order(1)));
    assertThat(decode(codecs, encode(codecs, holder))).isEqualTo(holder);
    assertThat(decode(codecs, encode(codecs, new Square(1, "")))).isEqualTo(new Square(1, ""));
    Codecs sealed = Codecs.builder().type(Shape.class).build();
    assertThat(decode(sealed, encode(sealed, new Circle(2)))).isEqualTo(new Circle(2));
  }

  @Test
  void reading_makesOnlyWhatIsRegistered() {
    ByteBuffer bytes = encode(Samples.CODECS, List.of(new Circle(1)));
    assertThatThrownBy(() -> decode(Codecs.builtIn(), bytes))
        .isInstanceOf(SchemaException.class)
        .hasMessageContaining("test, at byte")
        .hasMessageContaining("registered nothing as " + Circle.class.getName())
        .hasMessageContaining("registerTypes")
        .hasMessageContaining("renamed");
    assertThatThrownBy(() -> decode(Codecs.builtIn(), encode(Samples.CODECS, Color.RED)))
        .isInstanceOf(SchemaException.class);
    assertThatThrownBy(() -> decode(Codecs.builtIn(), encode(Samples.CODECS, new Money(1, 1))))
        .isInstanceOf(SchemaException.class)
        .hasMessageContaining("registerCodec");
    assertThatThrownBy(() -> decode(Codecs.builtIn(), encode(Samples.CODECS, new Shape[0])))
        .isInstanceOf(SchemaException.class);
  }

  @Test
  void aCodec_servesWhatIsDerivedFromItsClass() throws IOException {
    Codecs codecs = Codecs.builder().codec(Path.class, new PathCodec()).build();
    assertThat(decode(codecs, encode(codecs, Path.of("a", "b")))).isEqualTo(Path.of("a", "b"));
  }

  private static final class PathCodec implements Codec<Path> {
    @Override
    public String name() {
      return "path";
    }

    @Override
    public int version() {
      return 1;
    }

    @Override
    public void write(Path path, CodecOutput out) {
      out.writeString(path.toString());
    }

    @Override
    public Path read(CodecInput in, int version) throws IOException {
      return Path.of(in.readString());
    }
  }

  /** Money as it was, or as it might be. */
  private record OtherMoneyCodec(int version, int numReads) implements Codec<Money> {
    @Override
    public String name() {
      return "money";
    }

    @Override
    public void write(Money money, CodecOutput out) {
      out.writeLong(7);
      if (version > 1) {
        out.writeValue("later");
      }
    }

    @Override
    public Money read(CodecInput in, int ofWriter) throws IOException {
      for (int i = 0; i < numReads; i++) {
        in.readLong();
      }
      if (numReads == 0) {
        throw new IllegalStateException("no money");
      }
      return new Money(0, "");
    }
  }

  private static Codecs withMoney(int version, int numReads) {
    return Codecs.builder().codec(Money.class, new OtherMoneyCodec(version, numReads)).build();
  }

  @Test
  void aCodec_readsItsOlderVersions_andALaterOneIsAFormatVersionError() throws IOException {
    Money money = new Money(1, "x");
    assertThat(decode(Samples.CODECS, encode(withMoney(1, 1), money)))
        .isEqualTo(new Money(7, "none"));
    assertThatThrownBy(() -> decode(Samples.CODECS, encode(withMoney(3, 1), money)))
        .isInstanceOf(FormatVersionException.class)
        .hasMessageContaining("codec money");
  }

  @Test
  void aCodecThatReadsTooLittleTooMuchOrFails_isNamed() {
    ByteBuffer bytes = encode(Samples.CODECS, new Money(1, "x"));
    assertThatThrownBy(() -> decode(withMoney(2, 1), bytes))
        .isInstanceOf(SchemaException.class)
        .hasMessageContaining("codec money has read 1 of the 4 bytes");
    assertThatThrownBy(() -> decode(withMoney(2, 9), bytes))
        .isInstanceOf(CorruptionException.class);
    assertThatThrownBy(() -> decode(withMoney(2, 0), bytes))
        .isInstanceOf(SchemaException.class)
        .hasMessageContaining("no money");
  }

  @Test
  void theBuilder_refusesWhatCanNotBeMeant() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Codecs.builder().type(Thread.class))
        .withMessageContaining("give it a codec");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Codecs.builder().type(Tuple2.class))
        .withMessageContaining("built in");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Codecs.builder().codec(Money.class, new OtherMoneyCodec(0, 0)))
        .withMessageContaining("version 0");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                Codecs.builder()
                    .codec(Money.class, new MoneyCodec())
                    .codec(Money.class, new MoneyCodec()))
        .withMessageContaining("two codecs");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Codecs.builder().renamed("old", Money.class).build())
        .withMessageContaining("not registered");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> Codecs.builder().renamed("old", Circle.class).renamed("old", Square.class))
        .withMessageContaining("can't be both");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                Codecs.builder()
                    .type(Circle.class)
                    .renamed(Circle.class.getName(), Square.class)
                    .build())
        .withMessageContaining("stands for");
    record Tagged(EnumMap<Color, String> tags) {}
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Codecs.builder().type(Tagged.class).build())
        .withMessageContaining("component tags")
        .withMessageContaining("EnumMap");
  }

  @Test
  void aRecordThatItsModuleDoesNotOpen_isRefusedWithTheRemedy() throws ClassNotFoundException {
    Class<?> closed = Class.forName("sun.security.pkcs.SignerInfo$AlgorithmInfo");
    assertThat(closed.isRecord()).isTrue();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Codecs.builder().type(closed).build())
        .withMessageContaining("opens sun.security.pkcs;")
        .withMessageContaining("java.base");
  }

  @Test
  void aCodecThatGoesOnAfterAFailure_isRefused() throws IOException {
    class Box {}
    Codec<Box> careless =
        new Codec<>() {
          @Override
          public String name() {
            return "box";
          }

          @Override
          public int version() {
            return 1;
          }

          @Override
          public void write(Box box, CodecOutput out) {
            try {
              out.writeValue(List.of(new Thread()));
            } catch (NotEncodableException e) {
              assertThat(e.typeName()).isEqualTo("java.lang.Thread");
            }
          }

          @Override
          public Box read(CodecInput in, int version) {
            return new Box();
          }
        };
    Encoder out = Codecs.builder().codec(Box.class, careless).build().encoder();
    assertThatThrownBy(() -> out.writeValue(new Box()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("codec box");
    out.writeValue(List.of(1));
    assertThat(decode(Codecs.builtIn(), out.bytes())).isEqualTo(List.of(1));
  }

  @Test
  void severalThreads_mayShareCodecs() throws Exception {
    Codecs codecs = Codecs.builder().type(Order.class).codec(Money.class, new MoneyCodec()).build();
    List<Thread> threads = new ArrayList<>();
    List<Object> read = Collections.synchronizedList(new ArrayList<>());
    for (int i = 0; i < 4; i++) {
      Thread thread =
          new Thread(
              () -> {
                try {
                  read.add(decode(codecs, encode(codecs, Samples.order(1))));
                } catch (IOException e) {
                  read.add(e);
                }
              });
      threads.add(thread);
      thread.start();
    }
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(read).hasSize(4).containsOnly(Samples.order(1));
  }
}
