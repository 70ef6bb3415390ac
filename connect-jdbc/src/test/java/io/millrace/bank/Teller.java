package io.millrace.bank;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Hands transfers in, a file at a time, and remembers them. */
final class Teller {

  static final int NUM_ACCOUNTS = 1_000;
  private static final int TRANSFERS_PER_FILE = 20;
  private static final int FILES_AT_START = 3;
  private static final int MAX_AMOUNT = 100;

  private final Path input;
  private final Path desk;
  private final Random random;
  private final List<Transfer> handedIn = new ArrayList<>();
  private int numFiles;

  Teller(BankFiles files, Random random) throws IOException {
    this.input = Files.createDirectories(Path.of(files.input()));
    this.desk = Files.createDirectories(files.directory().resolve("desk"));
    this.random = random;
  }

  /** Hands in as much as a bank works off that says this. */
  void keepBusy(String line) throws IOException {
    if (line.equals(BankProgram.STARTED)) {
      for (int i = 0; i < FILES_AT_START; i++) {
        handIn();
      }
    } else if (line.startsWith(BankProgram.SINKS)) {
      handIn();
    }
  }

  /** Hands in a file; it appears whole. */
  void handIn() throws IOException {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < TRANSFERS_PER_FILE; i++) {
      Transfer transfer =
          new Transfer(
              handedIn.size() + 1L,
              random.nextInt(NUM_ACCOUNTS),
              random.nextInt(NUM_ACCOUNTS),
              1 + random.nextInt(MAX_AMOUNT));
      handedIn.add(transfer);
      lines.add(transfer.line());
    }
    String name = String.format("%06d", ++numFiles);
    Path written = Files.write(desk.resolve(name), lines);
    Files.move(written, input.resolve(name), StandardCopyOption.ATOMIC_MOVE);
  }

  List<Transfer> handedIn() {
    return handedIn;
  }
}
