package io.millrace.bank;

import java.nio.file.Files;
import java.nio.file.Path;
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

  @TempDir Path directory;

  @ParameterizedTest
  @ValueSource(strings = {BankProgram.PREPARE, BankProgram.SINKS, BankProgram.COMMIT})
  @Timeout(120)
  void processThatSleptWhileAnotherTookOver_stopsByName_andHasCommittedNothing(String phase)
      throws Exception {
    BankFiles files = new BankFiles(directory);
    Teller teller = new Teller(files, new Random(phase.hashCode()));
    try {
      new TakeOver(files, teller, () -> BankProcess.start(files, true)).during(phase);
    } catch (Throwable e) {
      e.addSuppressed(new AssertionError(Files.readString(files.log())));
      throw e;
    }
    new Auditor(files, teller.handedIn()).checkAtTheEnd();
  }
}
