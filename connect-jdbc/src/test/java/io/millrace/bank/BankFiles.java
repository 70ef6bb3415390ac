package io.millrace.bank;

import io.millrace.jdbc.ConnectionFactory;
import java.nio.file.Path;

/** Where the bank keeps things. */
record BankFiles(Path directory) {

  static BankFiles in(String directory) {
    return new BankFiles(Path.of(directory));
  }

  String input() {
    return directory.resolve("input").toString();
  }

  String checkpoint() {
    return directory.resolve("checkpoint").toString();
  }

  String published() {
    return directory.resolve("published").toString();
  }

  Path log() {
    return directory.resolve("log.txt");
  }

  String databaseUrl() {
    return "jdbc:sqlite:" + directory.resolve("bank.db");
  }

  ConnectionFactory connections() {
    return ConnectionFactory.of(databaseUrl() + "?busy_timeout=20000");
  }
}
