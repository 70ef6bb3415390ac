package io.millrace.internal.pipeline;

/** Template of the step that keeps a copy of the stream of records for a {@link Keeper}. */
final class TeeStep implements Step {

  private final Keeper keeper;
  private final Step next;

  TeeStep(Object keeper, Step next, Signal signal) {
    this.keeper = (Keeper) keeper;
    this.next = next;
  }

  @Override
  public void accept(Object record) throws Exception {
    keeper.keep(record);
    next.accept(record);
  }

  @Override
  public void resume() throws Exception {
    next.resume();
  }
}
