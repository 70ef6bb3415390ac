package io.millrace.bank;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** A real process is killed again and again, wherever it is, and started again. */
@Tag("slow")
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "there is no SIGKILL")
class KillTest {

  /** What the next process is killed at. */
  private enum Moment {
    /** A time after its start, ever so short. */
    ANY,
    OPENED,
    PREPARE,
    SINKS,
    COMMIT;

    /** Half of them are where it matters most. */
    private static final List<Moment> MIX =
        List.of(ANY, PREPARE, ANY, COMMIT, SINKS, ANY, PREPARE, OPENED, COMMIT, SINKS);

    static List<Moment> mixed(int number, Random random) {
      List<Moment> moments = new ArrayList<>();
      for (int i = 0; i < number; i++) {
        moments.add(MIX.get(i % MIX.size()));
      }
      Collections.shuffle(moments, random);
      return moments;
    }

    boolean isSaidBy(String line) {
      return this != ANY && line.startsWith(name().toLowerCase(Locale.ROOT));
    }
  }

  @TempDir Path directory;

  @Test
  @Timeout(300)
  void killedProgram_losesNothingAndRepeatsNothing() throws Exception {
    killAndAudit(16, false, 1);
  }

  @Test
  @Timeout(300)
  void killedProgram_whoseFunctionsReadTheClockAndDrawLots_agreesWithItself() throws Exception {
    killAndAudit(12, true, 2);
  }

  @Test
  @Tag("soak")
  @Timeout(1_800)
  void twoHundredKills_loseNothingAndRepeatNothing() throws Exception {
    killAndAudit(200, true, System.nanoTime());
  }

  private void killAndAudit(int numKills, boolean isByChance, long seed) throws Exception {
    System.out.println("seed " + seed);
    Random random = new Random(seed);
    BankFiles files = new BankFiles(directory);
    Teller teller = new Teller(files, random);
    try {
      for (Moment moment : Moment.mixed(numKills, random)) {
        runAndKill(moment, files, isByChance, teller, random);
        new Auditor(files, teller.handedIn()).checkAfterCrash();
      }
      runToTheEnd(files, isByChance, teller);
      new Auditor(files, teller.handedIn()).checkAtTheEnd();
    } catch (Throwable e) {
      e.addSuppressed(new AssertionError("seed " + seed + "\n" + Files.readString(files.log())));
      throw e;
    }
  }

  private static void runAndKill(
      Moment moment, BankFiles files, boolean isByChance, Teller teller, Random random)
      throws Exception {
    try (BankProcess bank = BankProcess.start(files, isByChance)) {
      if (moment == Moment.ANY) {
        bank.killAfter(Duration.ofMillis(100 + random.nextInt(1_400)));
      }
      int countdown = moment == Moment.OPENED ? 1 : 1 + random.nextInt(12);
      for (String line = bank.nextLine(); line != null; line = bank.nextLine()) {
        assertThat(line).doesNotStartWith(BankProgram.FAILED);
        if (moment.isSaidBy(line) && --countdown == 0) {
          bank.kill();
        }
        teller.keepBusy(line);
      }
    }
  }

  private static void runToTheEnd(BankFiles files, boolean isByChance, Teller teller)
      throws Exception {
    try (BankProcess bank = BankProcess.start(files, isByChance)) {
      bank.awaitLine(BankProgram.STARTED);
      teller.handIn();
      bank.finish(files, teller);
    }
  }
}
