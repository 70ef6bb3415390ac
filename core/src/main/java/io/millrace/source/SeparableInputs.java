package io.millrace.source;

import java.util.List;
import java.util.Set;

/**
 * Ranges that consist of whole inputs with names, such as files, of which each can be left out. So
 * a batch can go on without one that can't be read. Called as {@link Source} is.
 *
 * @param <R> type of the ranges
 */
public interface SeparableInputs<R extends InputRange> {

  /** The names of the inputs in a range, as {@link UnreadableInputException#input} has them. */
  List<String> names(R range);

  /** The range without some of its inputs; the same range if it has none of them. */
  R without(R range, Set<String> names);

  /**
   * As {@link Replay#range}, without some of the inputs; these are not looked at, and not handed
   * out later either. Called again, with one name more, after it has thrown an {@link
   * UnreadableInputException} of which the program has decided to go on without the input.
   *
   * @throws UnreadableInputException if another input is gone or has changed; names one
   */
  R replayed(Object durable, Set<String> without) throws Exception;
}
