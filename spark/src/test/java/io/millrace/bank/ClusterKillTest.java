package io.millrace.bank;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.spark.StandaloneCluster;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The bank on a real cluster, of which one process after the other is killed. */
@Tag("slow")
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "there is no SIGKILL")
class ClusterKillTest {

  /** Who is killed. */
  private enum Victim {
    EXECUTOR,
    WORKER,
    DRIVER
  }

  private static final int NUM_WORKERS = 2;

  /** Batches that are completed before the next process is killed, at most. */
  private static final int MAX_BATCHES = 6;

  @TempDir Path directory;

  @Test
  @Timeout(400)
  void aClusterWhoseProcessesAreKilled_losesNothingAndRepeatsNothing() throws Exception {
    killAndAudit(2, 1);
  }

  @Test
  @Tag("soak")
  @Timeout(3_600)
  void sixtyKills_loseNothingAndRepeatNothing() throws Exception {
    killAndAudit(20, System.nanoTime());
  }

  /**
   * @param rounds how often each kind of process is killed
   */
  private void killAndAudit(int rounds, long seed) throws Exception {
    System.out.println("seed " + seed);
    Random random = new Random(seed);
    List<Victim> victims = new ArrayList<>();
    for (int i = 0; i < rounds; i++) {
      victims.addAll(List.of(Victim.values()));
    }
    Collections.shuffle(victims, random);
    BankFiles files = new BankFiles(Files.createDirectory(directory.resolve("bank")));
    Teller teller = new Teller(files, random);
    try (StandaloneCluster cluster =
        StandaloneCluster.start(Files.createDirectory(directory.resolve("cluster")), NUM_WORKERS)) {
      try {
        List<Victim> rest = new ArrayList<>(victims);
        while (!rest.isEmpty()) {
          runAndKill(cluster, rest, files, teller, random);
          new Auditor(files, teller.handedIn()).checkAfterCrash();
        }
        try (BankProcess bank =
            BankProcess.start(files, true, BankOnCluster.options(cluster, NUM_WORKERS))) {
          bank.awaitLine(BankProgram.STARTED);
          teller.handIn();
          bank.finish(files, teller);
        }
        new Auditor(files, teller.handedIn()).checkAtTheEnd();
      } catch (Throwable e) {
        e.addSuppressed(
            new AssertionError(
                "seed " + seed + "\n" + Files.readString(files.log()) + cluster.logs()));
        throw e;
      }
    }
  }

  /** Runs a driver until it is its turn to be killed; others are killed meanwhile. */
  private static void runAndKill(
      StandaloneCluster cluster, List<Victim> rest, BankFiles files, Teller teller, Random random)
      throws Exception {
    try (BankProcess bank =
        BankProcess.start(files, true, BankOnCluster.options(cluster, NUM_WORKERS))) {
      int countdown = 1 + random.nextInt(MAX_BATCHES);
      boolean isDriverDead = false;
      for (String line = bank.nextLine(); line != null; line = bank.nextLine()) {
        assertThat(line).doesNotStartWith(BankProgram.FAILED);
        teller.keepBusy(line);
        boolean isDue = line.startsWith(BankProgram.COMPLETED) && --countdown <= 0;
        if (isDriverDead || !isDue) {
          continue;
        }
        if (rest.isEmpty() || rest.get(0) == Victim.DRIVER) {
          if (!rest.isEmpty()) {
            rest.remove(0);
          }
          isDriverDead = true;
          bank.kill();
        } else if (rest.get(0) == Victim.WORKER) {
          rest.remove(0);
          cluster.killWorker(random.nextInt(NUM_WORKERS));
        } else if (cluster.killExecutor()) {
          rest.remove(0);
        }
        countdown = 1 + random.nextInt(MAX_BATCHES);
      }
    }
  }
}
