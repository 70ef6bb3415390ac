package io.millrace.internal.embedded;

/**
 * What it takes to gather more records than there is memory for.
 *
 * @param memory how much may be gathered
 * @param space where the rest goes
 */
record Spilling(ExecutionMemory memory, SpillSpace space) {}
