package io.millrace.spark;

import java.util.List;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;

/** Lists as Scala takes them. */
final class ScalaSeqs {

  private ScalaSeqs() {}

  static <T> Seq<T> of(List<? extends T> list) {
    return CollectionConverters.<T>asScala((Iterable<T>) List.<T>copyOf(list)).toSeq();
  }

  /** A sequence of numbers, which Scala erases to objects. */
  static Seq<Object> ofInts(List<Integer> numbers) {
    return of(numbers);
  }
}
