package io.millrace.bank;

import io.millrace.spark.StandaloneCluster;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Of two drivers of one checkpoint, each with executors of a real cluster, one is fenced. */
@Tag("slow")
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "there is no SIGSTOP")
class ClusterFencingTest {

  @TempDir Path directory;

  @Test
  @Timeout(300)
  void aDriverThatSleptWhileAnotherTookOver_stopsByName_andHasCommittedNothing() throws Exception {
    BankFiles files = new BankFiles(Files.createDirectory(directory.resolve("bank")));
    Teller teller = new Teller(files, new Random(7));
    try (StandaloneCluster cluster =
        StandaloneCluster.start(Files.createDirectory(directory.resolve("cluster")), 2)) {
      try {
        new TakeOver(
                files,
                teller,
                () -> BankProcess.start(files, true, BankOnCluster.options(cluster, 1)))
            .during(BankProgram.SINKS);
      } catch (Throwable e) {
        e.addSuppressed(new AssertionError(Files.readString(files.log()) + cluster.logs()));
        throw e;
      }
    }
    new Auditor(files, teller.handedIn()).checkAtTheEnd();
  }
}
