package io.millrace.internal.scheduler;

import io.millrace.internal.checkpoint.BatchKind;
import io.millrace.internal.checkpoint.Fact;
import io.millrace.source.InputRange;
import java.util.List;
import java.util.Map;

/**
 * A batch as an earlier driver has planned it.
 *
 * @param previousMillis time of the batch before it
 * @param ranges by stream number
 * @param givenUp by stream number, what the batch goes without
 */
record RecordedBatch(
    long number,
    BatchKind kind,
    long timeMillis,
    long previousMillis,
    long numMergedTicks,
    Map<Integer, InputRange> ranges,
    Map<Integer, List<Fact.GivenUp>> givenUp) {}
