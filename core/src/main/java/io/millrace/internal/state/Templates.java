package io.millrace.internal.state;

import io.millrace.internal.pipeline.Specializer;
import io.millrace.spi.state.StateOperator;
import io.millrace.stream.Time;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import org.jspecify.annotations.Nullable;

/** Makes the loops and tables of a state, each a private copy for the user's function. */
final class Templates {

  private static final MethodHandles.Lookup HOME = MethodHandles.lookup();
  private static final MethodType RECORD_UPDATE =
      MethodType.methodType(RecordUpdate.class, Object.class, StateCell.class, Object.class);
  private static final MethodType KEY_UPDATE =
      MethodType.methodType(KeyUpdate.class, Object.class, Object.class);
  private static final MethodType TABLE = MethodType.methodType(KeyTable.class, Object.class);

  private static final MethodType STACKS = MethodType.methodType(PaneStacks.class, Object.class);
  private static final MethodType TOTALS =
      MethodType.methodType(WindowTotals.class, Object.class, Object.class);

  private Templates() {}

  static PaneStacks stacks(Object reduce) {
    try {
      return (PaneStacks)
          Specializer.shared()
              .constructor(HOME, CombiningPaneStacks.class, reduce.getClass(), null, STACKS)
              .invokeExact(reduce);
    } catch (Throwable e) {
      throw Specializer.failure(e);
    }
  }

  static WindowTotals totals(Object reduce, Object inverse) {
    try {
      return (WindowTotals)
          Specializer.shared()
              .constructor(HOME, InvertibleWindowTotals.class, reduce.getClass(), null, TOTALS)
              .invokeExact(reduce, inverse);
    } catch (Throwable e) {
      throw Specializer.failure(e);
    }
  }

  static RecordUpdate update(StateOperator.MapRecords operator, StateCell cell, Time time) {
    Class<?> template = operator.takesTime() ? MapTimedRecordsUpdate.class : MapRecordsUpdate.class;
    try {
      return (RecordUpdate)
          Specializer.shared()
              .constructor(HOME, template, operator.function().getClass(), null, RECORD_UPDATE)
              .invokeExact(operator.function(), cell, (Object) time);
    } catch (Throwable e) {
      throw Specializer.failure(e);
    }
  }

  static KeyUpdate update(StateOperator.UpdateKeys operator, Time time) {
    Class<?> template = operator.takesTime() ? UpdateTimedKeysUpdate.class : UpdateKeysUpdate.class;
    try {
      return (KeyUpdate)
          Specializer.shared()
              .constructor(HOME, template, operator.function().getClass(), null, KEY_UPDATE)
              .invokeExact(operator.function(), (Object) time);
    } catch (Throwable e) {
      throw Specializer.failure(e);
    }
  }

  /** A table that takes every key; {@code before} as in {@link ObjectKeyTable}. */
  static KeyTable table(Class<?> anchor, @Nullable Object before) {
    try {
      return (KeyTable)
          Specializer.shared()
              .constructor(HOME, ObjectKeyTable.class, anchor, null, TABLE)
              .invokeExact(before);
    } catch (Throwable e) {
      throw Specializer.failure(e);
    }
  }
}
