package io.millrace.bank;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Two real processes on one checkpoint. The first sleeps, as if its machine were suspended, while
 * the second starts and commits; then it wakes up and goes on where it was.
 */
@Tag("slow")
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "there is no SIGSTOP")
class FencingProcessTest {

  private static final int MAX_ATTEMPTS = 100;
  private static final int BATCHES_MEANWHILE = 5;

  @TempDir Path directory;

  @ParameterizedTest
  @ValueSource(strings = {BankProgram.PREPARE, BankProgram.SINKS, BankProgram.COMMIT})
  @Timeout(120)
  void processThatSleptWhileAnotherTookOver_stopsByName_andHasCommittedNothing(String phase)
      throws Exception {
    BankFiles files = new BankFiles(directory);
    Teller teller = new Teller(files, new Random(phase.hashCode()));
    try {
      takeOver(phase, files, teller);
    } catch (Throwable e) {
      e.addSuppressed(new AssertionError(Files.readString(files.log())));
      throw e;
    }
    new Auditor(files, teller.handedIn()).checkAtTheEnd();
  }

  private static void takeOver(String phase, BankFiles files, Teller teller) throws Exception {
    try (BankProcess first = BankProcess.start(files, true)) {
      first.awaitLine(BankProgram.STARTED);
      teller.keepBusy(BankProgram.STARTED);
      freeze(first, phase, files, teller);
      try (BankProcess second = BankProcess.start(files, true)) {
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
  private static void freeze(BankProcess bank, String phase, BankFiles files, Teller teller)
      throws Exception {
    for (int i = 0; i < MAX_ATTEMPTS; i++) {
      teller.handIn();
      bank.awaitLine(phase);
      bank.freeze();
      if (isDatabaseFree(files)) {
        return;
      }
      bank.thaw();
    }
    throw new AssertionError("whenever it was stopped, it held the lock of the database");
  }

  private static boolean isDatabaseFree(BankFiles files) {
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
