package io.millrace.internal.state;

/** Estimates how much memory some objects take. */
@FunctionalInterface
public interface ObjectSizes {

  /** Bytes of the objects and of all that only they are likely to refer to. */
  long of(Object[] objects);
}
