package io.millrace.internal.state;

import io.millrace.spi.plan.RecordReader;

/** One partition of a state as it was after some step, for as long as somebody holds this. */
public final class StateView {

  private final Entries entries;
  private final Version version;

  StateView(Entries entries, Version version) {
    this.entries = entries;
    this.version = version;
  }

  /** Reads the entries as pairs, in unspecified order. Safe while later steps run. */
  public RecordReader<Object> open() {
    return new EntryReader(entries, version);
  }

  public int numEntries() {
    return version.numEntries();
  }
}
