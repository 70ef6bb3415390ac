package io.millrace.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What was written with one class is read with another, registered as the first one's new name. */
class RecordEvolutionTest {

  record Coupon(String code) {}

  enum Status {
    OPEN,
    PAID
  }

  enum LaterStatus {
    NEW,
    PAID
  }

  record Order(int id, String item, float price, Coupon coupon, Integer count) {}

  record Reordered(float price, Integer count, Coupon coupon, String item, int id) {}

  record Smaller(String item, int id) {}

  record Wider(long id, double price, Long count) {}

  record Larger(
      int id,
      String currency,
      Optional<String> note,
      OptionalInt rank,
      boolean isPaid,
      double weight,
      @Nullable String comment) {}

  record Changed(String id) {}

  record Boxed(Integer id, @Nullable Integer count) {}

  record Unboxed(int id, int count) {}

  record Strict(int id) {
    Strict {
      if (id > 0) {
        throw new IllegalArgumentException("id " + id);
      }
    }
  }

  private static final Order ORDER = new Order(7, "tea", 2.5f, new Coupon("c"), 3);
  private static final Codecs BEFORE =
      Codecs.builder().type(Order.class).type(Status.class).build();

  /** Once as a value, once in a column. */
  private static List<Object> reread(Codecs now, Object value) throws IOException {
    Encoder out = BEFORE.encoder();
    out.writeValue(value);
    out.writeValues(new Object[] {value, value}, 0, 2);
    Decoder in = now.decoder(out.bytes(), "test");
    Object alone = in.readValue();
    Column column = in.readColumn();
    in.requireEnd();
    assertThat(column.values()).containsExactly(alone, alone);
    return List.of(alone);
  }

  private static List<Object> rereadAs(Class<?> type) throws IOException {
    return reread(as(type), ORDER);
  }

  private static Codecs as(Class<?> type) {
    return Codecs.builder().renamed(Order.class.getName(), type).type(Coupon.class).build();
  }

  @Test
  void components_mayBeReordered() throws IOException {
    assertThat(rereadAs(Reordered.class))
        .containsExactly(new Reordered(2.5f, 3, new Coupon("c"), "tea", 7));
  }

  @Test
  void components_mayGo_withTheClassesThatTheyAlone_had() throws IOException {
    Codecs now = Codecs.builder().renamed(Order.class.getName(), Smaller.class).build();
    assertThat(now.type(Coupon.class.getName())).isNull();
    assertThat(reread(now, ORDER)).containsExactly(new Smaller("tea", 7));
  }

  @Test
  void whatIsPassedOver_mayBeOfAnyKind() throws IOException {
    record Any(Object gone, int stays) {}
    record Less(int stays) {}
    Codecs before =
        Codecs.builder()
            .type(Any.class)
            .type(Samples.Order.class)
            .type(Samples.Empty.class)
            .type(Samples.Wide.class)
            .codec(Samples.Money.class, new Samples.MoneyCodec())
            .build();
    Codecs now = Codecs.builder().renamed(Any.class.getName(), Less.class).build();
    List<Object> all = new ArrayList<>(Samples.scalars());
    all.addAll(Samples.compounds());
    all.addAll(Samples.arrays());
    Encoder out = before.encoder();
    for (int i = 0; i < all.size(); i++) {
      out.writeValue(new Any(all.get(i), i));
    }
    Object[] column = new Object[all.size()];
    for (int i = 0; i < column.length; i++) {
      column[i] = new Any(all.get(i), i);
    }
    out.writeValues(column, 0, column.length);
    Decoder in = now.decoder(out.bytes(), "test");
    for (int i = 0; i < all.size(); i++) {
      assertThat(in.readValue()).isEqualTo(new Less(i));
    }
    assertThat(in.readColumn().values())
        .isEqualTo(IntStream.range(0, all.size()).mapToObj(Less::new).toArray());
  }

  @Test
  void numbers_mayBecomeWider() throws IOException {
    assertThat(rereadAs(Wider.class)).containsExactly(new Wider(7, 2.5, 3L));
  }

  @Test
  void primitives_mayBecomeBoxes() throws IOException {
    assertThat(rereadAs(Boxed.class)).containsExactly(new Boxed(7, 3));
    assertThat(rereadAs(Unboxed.class)).containsExactly(new Unboxed(7, 3));
  }

  @Test
  void aNullForAPrimitive_isRefused() {
    assertThatThrownBy(() -> reread(as(Unboxed.class), new Order(1, "", 0, new Coupon(""), null)))
        .isInstanceOf(SchemaException.class)
        .hasMessageContaining("component count of record " + Unboxed.class.getName())
        .hasMessageContaining("null");
  }

  @Test
  void components_thatAreNewHaveTheirDefault() throws IOException {
    Codecs now =
        Codecs.builder()
            .type(Larger.class, defaults -> defaults.component("currency", "EUR"))
            .renamed(Order.class.getName(), Larger.class)
            .build();
    assertThat(reread(now, ORDER))
        .containsExactly(
            new Larger(7, "EUR", Optional.empty(), OptionalInt.empty(), false, 0, null));
  }

  @Test
  void aNewComponentWithoutDefault_isRefusedWithTheRemedy() {
    assertThatThrownBy(() -> rereadAs(Larger.class))
        .isInstanceOf(SchemaException.class)
        .hasMessageContaining("record " + Larger.class.getName() + " has the component currency")
        .hasMessageContaining("defaults.component(\"currency\", value)");
  }

  @Test
  void anotherType_isRefused() {
    assertThatThrownBy(() -> rereadAs(Changed.class))
        .isInstanceOf(SchemaException.class)
        .hasMessageContaining("component id of record " + Changed.class.getName())
        .hasMessageContaining("java.lang.String")
        .hasMessageContaining("java.lang.Integer");
  }

  @Test
  void aConstructorThatRefuses_isNamed() {
    assertThatThrownBy(() -> rereadAs(Strict.class))
        .isInstanceOf(SchemaException.class)
        .hasMessageContaining("the constructor of record " + Strict.class.getName())
        .hasRootCauseMessage("id 7");
  }

  @Test
  void anEnum_findsItsConstantsByName() throws IOException {
    Codecs now = Codecs.builder().renamed(Status.class.getName(), LaterStatus.class).build();
    assertThat(reread(now, Status.PAID)).containsExactly(LaterStatus.PAID);
    assertThatThrownBy(() -> reread(now, Status.OPEN))
        .isInstanceOf(SchemaException.class)
        .hasMessageContaining("has no constant OPEN");
  }

  @Test
  void arrays_followTheNewName() throws IOException {
    Encoder out = BEFORE.encoder();
    out.writeValue(new Coupon[] {new Coupon("a")});
    record Voucher(String code) {}
    Codecs now = Codecs.builder().renamed(Coupon.class.getName(), Voucher.class).build();
    assertThat(now.decoder(out.bytes(), "test").readValue())
        .isEqualTo(new Voucher[] {new Voucher("a")});
  }

  @Test
  void defaults_mustFit() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Codecs.builder().type(Order.class, d -> d.component("idd", 1)).build())
        .withMessageContaining("no component idd");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Codecs.builder().type(Order.class, d -> d.component("id", 1L)).build())
        .withMessageContaining("the default 1 for component id");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Codecs.builder().type(Order.class, d -> d.component("id", null)).build());
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Codecs.builder().type(Status.class, d -> {}))
        .withMessageContaining("is no record");
  }
}
