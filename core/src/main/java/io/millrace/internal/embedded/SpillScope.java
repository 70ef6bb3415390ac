package io.millrace.internal.embedded;

import java.util.ArrayList;
import java.util.List;

/** Files and claims on memory that are given back together. Safe for concurrent use. */
final class SpillScope implements AutoCloseable {

  private final Spilling spilling;

  /** Immutable while empty, as they are in small batches. */
  private List<SpillFile> files = List.of();

  private List<ExecutionMemory.Claim> claims = List.of();

  SpillScope(Spilling spilling) {
    this.spilling = spilling;
  }

  /** A file that is deleted with the scope. */
  synchronized SpillFile newFile() {
    SpillFile file = spilling.space().create();
    if (files.isEmpty()) {
      files = new ArrayList<>();
    }
    files.add(file);
    return file;
  }

  /** A claim that is given back with the scope. */
  synchronized ExecutionMemory.Claim newClaim() {
    ExecutionMemory.Claim claim = spilling.memory().claim();
    if (claims.isEmpty()) {
      claims = new ArrayList<>(2);
    }
    claims.add(claim);
    return claim;
  }

  synchronized boolean hasFiles() {
    return !files.isEmpty();
  }

  @Override
  public synchronized void close() {
    files.forEach(SpillFile::close);
    claims.forEach(ExecutionMemory.Claim::close);
    files = List.of();
    claims = List.of();
  }
}
