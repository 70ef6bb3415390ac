package io.millrace.internal.scheduler;

import io.millrace.Conf;
import io.millrace.internal.system.Threads;
import io.millrace.source.SourceContext;
import io.millrace.spi.Clock;
import io.millrace.stream.ReceiverInfo;
import io.millrace.stream.StreamRuntimeProvider;
import io.millrace.stream.StreamingListenerEvent;
import io.millrace.stream.StreamingListenerEvent.StreamingListenerReceiverError;
import io.millrace.stream.StreamingListenerEvent.StreamingListenerReceiverStarted;
import io.millrace.stream.StreamingListenerEvent.StreamingListenerReceiverStopped;

/** What one source sees of the runtime. */
final class InputContext implements SourceContext {

  /** The runtime behind the context. */
  interface Owner {

    /** The context has to stop because of this error. */
    void failed(Throwable error);

    /**
     * Runs what a source does on a thread of its own, which must not wait for the context to stop.
     */
    void runForSource(int streamId, Runnable body);
  }

  private final int streamId;
  private final StreamRuntimeProvider.Setup setup;
  private final Clock clock;
  private final ListenerBus listeners;
  private final Owner owner;

  InputContext(
      int streamId,
      StreamRuntimeProvider.Setup setup,
      Clock clock,
      ListenerBus listeners,
      Owner owner) {
    this.streamId = streamId;
    this.setup = setup;
    this.clock = clock;
    this.listeners = listeners;
    this.owner = owner;
  }

  @Override
  public int streamId() {
    return streamId;
  }

  @Override
  public Conf conf() {
    return setup.conf();
  }

  @Override
  public Clock clock() {
    return clock;
  }

  @Override
  public Thread spawn(String name, Runnable body) {
    Thread thread =
        Threads.daemon(setup.name() + "-" + name, () -> owner.runForSource(streamId, body));
    thread.start();
    return thread;
  }

  @Override
  public void fail(Throwable error) {
    owner.failed(error);
  }

  @Override
  public void receiverEvent(ReceiverEvent event) {
    ReceiverInfo info =
        new ReceiverInfo(
            streamId,
            event.receiverName(),
            event.active(),
            event.message(),
            event.error(),
            event.errorMillis());
    StreamingListenerEvent fact =
        switch (event.kind()) {
          case STARTED -> new StreamingListenerReceiverStarted(info);
          case ERROR -> new StreamingListenerReceiverError(info);
          case STOPPED -> new StreamingListenerReceiverStopped(info);
        };
    listeners.post(fact);
  }
}
