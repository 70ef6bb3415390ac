/**
 * Fused, push-based stages with specialised operators: the code that runs once per record.
 *
 * <p>A stage is a chain of {@link io.millrace.internal.pipeline.Step}s that ends in a terminal.
 * Each step's class is a private copy of its template, made by {@link
 * io.millrace.internal.pipeline.Specializer}, so that the JIT sees one type at each call site and
 * inlines the whole stage into the source loop. Rules for templates: used only through an
 * interface, no lambdas inside, no private members reached from outside, one constructor.
 *
 * <p>This package knows nothing of jobs, threads, exchanges between tasks or storage; any engine
 * that has a reader and a chain of operators can run them here.
 */
@NullMarked
package io.millrace.internal.pipeline;

import org.jspecify.annotations.NullMarked;
