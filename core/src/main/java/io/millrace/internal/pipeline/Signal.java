package io.millrace.internal.pipeline;

/** Raised by the end of a stage when it can take no more; read by all who push. One per stage. */
final class Signal {
  boolean full;
}
