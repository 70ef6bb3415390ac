package io.millrace.jdbc;

import io.millrace.testkit.SinkContract;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/** Connections one of whose commits fails, before or after it has reached the database. */
final class FaultyConnections implements SinkContract.Faults {

  /** A commit that has been stopped. */
  static final class Pause {

    private final CountDownLatch arrived = new CountDownLatch(1);
    private final CountDownLatch released = new CountDownLatch(1);

    void awaitArrival() throws InterruptedException {
      arrived.await();
    }

    void release() {
      released.countDown();
    }

    private void arrive() throws InterruptedException {
      arrived.countDown();
      released.await();
    }
  }

  private enum Fault {
    NONE,
    BEFORE,
    AFTER
  }

  private final String url;
  private final AtomicInteger opened = new AtomicInteger();
  private final AtomicReference<Pause> pause = new AtomicReference<>();
  private volatile Fault fault = Fault.NONE;
  private final AtomicInteger openingsThatFail = new AtomicInteger();

  FaultyConnections(String url) {
    this.url = url;
  }

  @Override
  public void failBeforeNextStep() {
    fault = Fault.BEFORE;
  }

  @Override
  public void failAfterNextStep() {
    fault = Fault.AFTER;
  }

  /** The database is out of reach for so many attempts to connect. */
  void failOpenings(int number) {
    openingsThatFail.set(number);
  }

  /** The next commit stops before it is sent to the database. */
  Pause pauseNextCommit() {
    Pause next = new Pause();
    pause.set(next);
    return next;
  }

  int opened() {
    return opened.get();
  }

  Connection open() throws SQLException {
    if (openingsThatFail.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
      throw new SQLException("connection refused", "08001");
    }
    opened.incrementAndGet();
    Connection real = ConnectionFactory.of(url).open();
    InvocationHandler handler =
        (proxy, method, arguments) -> {
          boolean isCommit = method.getName().equals("commit");
          Fault now = isCommit ? fault : Fault.NONE;
          if (isCommit) {
            fault = Fault.NONE;
          }
          if (now == Fault.BEFORE) {
            throw new SQLException("connection reset before the commit", "08006");
          }
          Pause stop = isCommit ? pause.getAndSet(null) : null;
          if (stop != null) {
            stop.arrive();
          }
          Object result;
          try {
            result = method.invoke(real, arguments);
          } catch (InvocationTargetException e) {
            throw e.getCause();
          }
          if (now == Fault.AFTER) {
            throw new SQLException("connection reset after the commit", "08006");
          }
          return result;
        };
    return (Connection)
        Proxy.newProxyInstance(
            Connection.class.getClassLoader(), new Class<?>[] {Connection.class}, handler);
  }
}
