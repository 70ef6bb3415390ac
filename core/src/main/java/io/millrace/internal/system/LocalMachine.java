package io.millrace.internal.system;

import io.millrace.spi.Clock;
import io.millrace.spi.Machine;
import java.io.IOException;
import java.util.Iterator;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** The machine that this JVM runs on. */
public final class LocalMachine implements Machine {

  private static final long IDLE_SECONDS = 5;

  private final Clock clock = new SystemClock();

  @Override
  public Clock clock() {
    return clock;
  }

  @Override
  public Executor threads(String name, int maxThreads, int maxWaiting) {
    AtomicInteger nextNumber = new AtomicInteger(1);
    ThreadPoolExecutor pool =
        new ThreadPoolExecutor(
            maxThreads,
            maxThreads,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(maxWaiting),
            body -> Threads.daemon(name + "-" + nextNumber.getAndIncrement(), body));
    pool.allowCoreThreadTimeOut(true);
    return pool;
  }

  @Override
  public LinePipe start(Command command, Iterator<String> input) throws IOException {
    return ChildPipe.start(command, input);
  }
}
