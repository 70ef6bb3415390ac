package io.millrace.spark;

import io.millrace.internal.embedded.StageRuntime.Locals;
import java.io.Serializable;

/**
 * What a task sends to the driver.
 *
 * @param result encoded where it was made
 */
record TaskResult(Carried result, Locals locals) implements Serializable {}
