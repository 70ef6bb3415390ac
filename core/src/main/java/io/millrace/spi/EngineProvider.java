package io.millrace.spi;

import io.millrace.Conf;

/** Offers an engine for some masters; found by {@link java.util.ServiceLoader}. */
public interface EngineProvider {

  /** The engine's name as {@code millrace.engine} gives it, such as {@code embedded}. */
  String name();

  /** Whether this engine runs {@code master}, such as {@code local[2]}; no side effects. */
  boolean accepts(String master);

  /**
   * Starts an engine.
   *
   * @throws io.millrace.InvalidSettingException if the master or a setting is malformed
   */
  Engine create(String master, Conf conf);
}
