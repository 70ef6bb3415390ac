package io.millrace.bank;

import java.io.Serializable;

/**
 * One line of an account's history.
 *
 * @param batchMillis time of the batch
 * @param transfer its id
 * @param number 1 for the first posting of the account
 * @param balance after it
 * @param stamp made when the posting was
 * @param previousStamp of the account's posting before it
 */
record Posting(
    long batchMillis,
    long transfer,
    int account,
    long number,
    long balance,
    String stamp,
    String previousStamp)
    implements Serializable {

  Posting in(long millis) {
    return new Posting(millis, transfer, account, number, balance, stamp, previousStamp);
  }

  String line() {
    return String.join(
        ",",
        String.valueOf(batchMillis),
        String.valueOf(transfer),
        String.valueOf(account),
        String.valueOf(number),
        String.valueOf(balance),
        stamp,
        previousStamp);
  }

  static Posting parse(String line) {
    String[] fields = line.split(",", -1);
    return new Posting(
        Long.parseLong(fields[0]),
        Long.parseLong(fields[1]),
        Integer.parseInt(fields[2]),
        Long.parseLong(fields[3]),
        Long.parseLong(fields[4]),
        fields[5],
        fields[6]);
  }
}
