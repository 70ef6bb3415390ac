package io.millrace.rdd;

import io.millrace.Tuple2;
import io.millrace.Tuple3;
import io.millrace.Tuple4;
import io.millrace.function.Function;
import java.util.List;

/** Gives the lists that a cogroup yields for a key the shape that users see. */
final class Groups {

  private Groups() {}

  @SuppressWarnings("unchecked")
  private static <A> Iterable<A> at(List<List<Object>> groups, int parent) {
    return (Iterable<A>) groups.get(parent);
  }

  record Two<A, B>() implements Function<List<List<Object>>, Tuple2<Iterable<A>, Iterable<B>>> {
    @Override
    public Tuple2<Iterable<A>, Iterable<B>> call(List<List<Object>> groups) {
      return new Tuple2<>(at(groups, 0), at(groups, 1));
    }
  }

  record Three<A, B, C>()
      implements Function<List<List<Object>>, Tuple3<Iterable<A>, Iterable<B>, Iterable<C>>> {
    @Override
    public Tuple3<Iterable<A>, Iterable<B>, Iterable<C>> call(List<List<Object>> groups) {
      return new Tuple3<>(at(groups, 0), at(groups, 1), at(groups, 2));
    }
  }

  record Four<A, B, C, D>()
      implements Function<
          List<List<Object>>, Tuple4<Iterable<A>, Iterable<B>, Iterable<C>, Iterable<D>>> {
    @Override
    public Tuple4<Iterable<A>, Iterable<B>, Iterable<C>, Iterable<D>> call(
        List<List<Object>> groups) {
      return new Tuple4<>(at(groups, 0), at(groups, 1), at(groups, 2), at(groups, 3));
    }
  }
}
