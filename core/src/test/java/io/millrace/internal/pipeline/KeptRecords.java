package io.millrace.internal.pipeline;

import java.util.ArrayList;
import java.util.List;

/** Remembers what a keeper is told. */
final class KeptRecords implements Keeper {

  final List<Object> records = new ArrayList<>();
  int completions;

  @Override
  public void keep(Object record) {
    records.add(record);
  }

  @Override
  public void complete() {
    completions++;
  }
}
