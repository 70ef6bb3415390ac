package io.millrace.spi;

import io.millrace.Conf;
import io.millrace.rdd.RDDContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;

/**
 * What every engine does, whatever it runs on. An engine's test extends this and says how to make
 * the engine; what is asked of it is in the interfaces, by subject.
 */
@Timeout(30)
public abstract class EngineContract
    implements EngineOutputContract,
        EngineReuseContract,
        EngineSharingContract,
        EngineFailureContract,
        EngineEndingContract,
        EngineReadingContract,
        EngineLineageContract,
        EngineReplacementContract,
        EngineStateContract,
        EngineDurableStateContract {

  private static final int MAX_FAILURES = 4;

  private Engine engine;
  private RDDContext context;

  @BeforeEach
  void open() {
    EngineProbe.reset();
    engine = newEngine(MAX_FAILURES);
    context = RDDContext.on(engine, new Conf());
  }

  @AfterEach
  void close() {
    engine.close();
    EngineProbe.release();
  }

  @Override
  public final Engine engine() {
    return engine;
  }

  @Override
  public final RDDContext context() {
    return context;
  }
}
