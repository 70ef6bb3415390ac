package io.millrace.internal.scheduler;

import io.millrace.stream.StreamRuntime;
import io.millrace.stream.StreamRuntimeProvider;

/** Makes the runtime that is part of the core. */
public final class DefaultStreamRuntimeProvider implements StreamRuntimeProvider {

  @Override
  public StreamRuntime create(Setup setup) {
    return new DefaultStreamRuntime(setup);
  }
}
