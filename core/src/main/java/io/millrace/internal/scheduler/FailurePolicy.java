package io.millrace.internal.scheduler;

import io.millrace.BatchFailure;
import io.millrace.Conf;
import io.millrace.Settings;
import io.millrace.UnreadableInput;

/**
 * What becomes of batches that fail.
 *
 * @param onFailure what a batch does to its context that has failed for good
 * @param maxAttempts how often a batch is run when records are lost with a process
 * @param onUnreadable what an input that can't be read does to its batch
 */
record FailurePolicy(BatchFailure onFailure, int maxAttempts, UnreadableInput onUnreadable) {

  static FailurePolicy of(Conf conf) {
    return new FailurePolicy(
        conf.get(Settings.BATCH_FAILURE),
        conf.get(Settings.BATCH_MAX_ATTEMPTS),
        conf.get(Settings.ON_UNREADABLE_INPUT));
  }
}
