package io.millrace.spi.state;

import java.io.Serializable;
import java.util.List;

/**
 * Files of a state that were merged into fewer.
 *
 * @param replaced names of files that follow each other, of which nothing is needed any more
 * @param merged what stands in their place; empty if nothing is left of them
 */
public record Compaction(List<String> replaced, List<StateFile> merged) implements Serializable {

  public Compaction {
    replaced = List.copyOf(replaced);
    merged = List.copyOf(merged);
  }
}
