package io.millrace.jdbc;

import io.millrace.testkit.SinkContract;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicInteger;

/** Connections one of whose commits fails, before or after it has reached the database. */
final class FaultyConnections implements SinkContract.Faults {

  private enum Fault {
    NONE,
    BEFORE,
    AFTER
  }

  private final String url;
  private final AtomicInteger opened = new AtomicInteger();
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
