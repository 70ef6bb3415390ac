package io.millrace.bank;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;

/** A driver that is put to sleep, another that takes over, and the sleeper's rude awakening. */
record TakeOver(BankFiles files, Teller teller, Starting bank) {

  private static final int MAX_ATTEMPTS = 100;
  private static final int BATCHES_MEANWHILE = 5;

  /** Starts a driver. */
  @FunctionalInterface
  interface Starting {
    BankProcess start() throws IOException;
  }

  /** Lets the second driver take over while the first sleeps in this phase. */
  void during(String phase) throws Exception {
    try (BankProcess first = bank.start()) {
      first.awaitLine(BankProgram.STARTED);
      teller.keepBusy(BankProgram.STARTED);
      freeze(first, phase);
      try (BankProcess second = bank.start()) {
        second.awaitLine(BankProgram.STARTED);
        for (int i = 0; i < BATCHES_MEANWHILE; i++) {
          teller.handIn();
          second.awaitLine(BankProgram.COMMIT);
        }
        first.thaw();
        assertThat(first.awaitLine(BankProgram.FAILED)).contains("FencedException");
        assertThat(first.awaitExit()).isEqualTo(1);
        teller.handIn();
        second.finish(files, teller);
      }
    }
  }

  /**
   * Stops it in this phase; not while it holds the lock of the database, which would keep everybody
   * out.
   */
  private void freeze(BankProcess sleeper, String phase) throws Exception {
    for (int i = 0; i < MAX_ATTEMPTS; i++) {
      teller.handIn();
      sleeper.awaitLine(phase);
      sleeper.freeze();
      if (isDatabaseFree()) {
        return;
      }
      sleeper.thaw();
    }
    throw new AssertionError("whenever it was stopped, it held the lock of the database");
  }

  private boolean isDatabaseFree() {
    try (Connection connection =
            DriverManager.getConnection(files.databaseUrl() + "?busy_timeout=0");
        Statement statement = connection.createStatement()) {
      statement.execute("begin exclusive");
      statement.execute("rollback");
      return true;
    } catch (SQLException locked) {
      return false;
    }
  }
}
