package io.millrace.codec;

import java.io.IOException;
import java.io.Serializable;

/**
 * How values of a class are written that Millrace has no encoding of its own for: neither a record
 * nor an enum nor one of the types that {@link Codecs} lists. For instance
 *
 * <pre>{@code
 * final class MoneyCodec implements Codec<Money> {
 *   public String name() {
 *     return "com.acme.Money";
 *   }
 *
 *   public int version() {
 *     return 2; // 1 had no currency
 *   }
 *
 *   public void write(Money money, CodecOutput out) {
 *     out.writeLong(money.cents());
 *     out.writeString(money.currency());
 *   }
 *
 *   public Money read(CodecInput in, int version) throws IOException {
 *     return new Money(in.readLong(), version == 1 ? "EUR" : in.readString());
 *   }
 * }
 * }</pre>
 *
 * <p>Values never refer to each other in the encoding: each is written in full where it occurs.
 * Called by several threads at once, so it must hold no state of its own; on a cluster it is sent
 * to the executors.
 *
 * @param <T> the class, or a superclass or interface of what is written
 */
public interface Codec<T> extends Serializable {

  /** Stands for the class in what is stored, so it must stay the same for as long as that lives. */
  String name();

  /**
   * Of the encoding that {@link #write} produces; 1 or more. Raise it with each change of what is
   * written.
   */
  int version();

  /** Writes a value that is not null. */
  void write(T value, CodecOutput out);

  /**
   * Reads back a value, all of what was written for it and no more. An exception other than an
   * {@link IOException} makes the stored value unreadable, with that as the cause.
   *
   * @param version what {@link #version()} was when the value was written, from 1 to what it is now
   * @throws IOException what {@code in} throws
   */
  T read(CodecInput in, int version) throws IOException;
}
