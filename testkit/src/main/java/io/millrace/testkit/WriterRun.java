package io.millrace.testkit;

import java.util.List;

/**
 * What one of several writers of a log was told.
 *
 * @param appended numbers of slots that were said to be durable
 */
record WriterRun(String name, long epoch, List<Long> appended, boolean isFenced) {}
