/**
 * Sinks for databases that are reached by JDBC: {@link io.millrace.jdbc.JdbcSinks}. The rows of a
 * batch and the marker that says so are written in one transaction, so each batch is in the
 * database exactly once and nobody sees half of one.
 *
 * <p>What is behind the factory is private to this package. It knows the contract of transactional
 * sinks and nothing of streams, scheduling and engines.
 */
@NullMarked
package io.millrace.jdbc;

import org.jspecify.annotations.NullMarked;
