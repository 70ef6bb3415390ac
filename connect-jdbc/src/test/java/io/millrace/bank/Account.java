package io.millrace.bank;

import java.io.Serializable;

/**
 * What the bank remembers of an account.
 *
 * @param numPostings how many there have been
 * @param stamp of the last posting; empty before the first
 */
record Account(long numPostings, long balance, String stamp) implements Serializable {

  /** What every account begins with. */
  static final long OPENING_BALANCE = 1_000;

  static final Account NEW = new Account(0, OPENING_BALANCE, "");

  Account after(Transfer.Change change, String newStamp) {
    return new Account(numPostings + 1, balance + change.amount(), newStamp);
  }
}
