package io.millrace.stream;

/** Lets tests of runtimes declare their programs as users do. */
public final class InjectedRuntime {

  private InjectedRuntime() {}

  /** A builder of contexts that run on another runtime. */
  public static StreamingContext.Builder into(
      StreamingContext.Builder builder, StreamRuntimeProvider runtime) {
    return builder.runtime(runtime);
  }
}
