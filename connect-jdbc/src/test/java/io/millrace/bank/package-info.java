/**
 * A bank in processes of its own, which are killed and stopped while an auditor outside compares
 * what they leave behind: in a database, in files, in the checkpoint.
 *
 * <p>The auditor knows what went in and reads what came out. It shares no code with the engine but
 * the readers of published files and of checkpoints.
 */
@NullMarked
package io.millrace.bank;

import org.jspecify.annotations.NullMarked;
