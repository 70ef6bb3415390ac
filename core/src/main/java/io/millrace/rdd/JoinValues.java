package io.millrace.rdd;

import io.millrace.Tuple2;
import io.millrace.function.FlatMapFunction;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The pairs of one key's values in two datasets, the left one's values in the outer loop. A side
 * that may be missing has its values as {@link Optional}.
 */
record JoinValues<A, B>(boolean leftMayMiss, boolean rightMayMiss)
    implements FlatMapFunction<List<List<Object>>, Tuple2<A, B>> {

  private static final List<@Nullable Object> MISSING = Collections.singletonList(null);

  @Override
  public Iterator<Tuple2<A, B>> call(List<List<Object>> groups) {
    List<? extends @Nullable Object> left = groups.get(0);
    List<? extends @Nullable Object> right = groups.get(1);
    return new Pairs<>(
        left.isEmpty() && leftMayMiss ? MISSING : left,
        right.isEmpty() && rightMayMiss ? MISSING : right,
        this);
  }

  private static final class Pairs<A, B> implements Iterator<Tuple2<A, B>> {

    private final List<? extends @Nullable Object> left;
    private final List<? extends @Nullable Object> right;
    private final JoinValues<A, B> join;
    private int leftPosition;
    private int rightPosition;

    Pairs(
        List<? extends @Nullable Object> left,
        List<? extends @Nullable Object> right,
        JoinValues<A, B> join) {
      this.left = left;
      this.right = right;
      this.join = join;
      this.leftPosition = right.isEmpty() ? left.size() : 0;
    }

    @Override
    public boolean hasNext() {
      return leftPosition < left.size();
    }

    @Override
    @SuppressWarnings("unchecked")
    public Tuple2<A, B> next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      Object leftValue = left.get(leftPosition);
      Object rightValue = right.get(rightPosition++);
      if (rightPosition == right.size()) {
        rightPosition = 0;
        leftPosition++;
      }
      return (Tuple2<A, B>)
          new Tuple2<>(
              join.leftMayMiss() ? Optional.ofNullable(leftValue) : leftValue,
              join.rightMayMiss() ? Optional.ofNullable(rightValue) : rightValue);
    }
  }
}
