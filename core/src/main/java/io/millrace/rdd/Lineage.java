package io.millrace.rdd;

import io.millrace.spi.Engine;
import io.millrace.spi.plan.ExchangeNode;
import io.millrace.spi.plan.PlanNode;
import io.millrace.spi.plan.SourceNode;
import io.millrace.spi.plan.StorageMark;
import java.util.List;

/**
 * Prints a lineage the way Spark does: a line for each node, its number of partitions in front
 * where a stage begins, indented where records cross an exchange.
 */
final class Lineage {

  private final Engine engine;
  private final StringBuilder text = new StringBuilder();

  private Lineage(Engine engine) {
    this.engine = engine;
  }

  static String describe(PlanNode<?> node, Engine engine) {
    Lineage lineage = new Lineage(engine);
    lineage.stage(node, "", "", " ");
    return lineage.text.toString().stripTrailing();
  }

  /** The last node of a stage, and what it reads. */
  private void stage(PlanNode<?> node, String prefix, String joint, String indent) {
    String partitions = "(" + node.numPartitions() + ")";
    int left = (partitions.length() - 1) / 2;
    String bar = " ".repeat(left) + "|" + " ".repeat(partitions.length() - left);
    String next = prefix + (joint.isEmpty() ? "" : indent) + bar;
    line(prefix + joint + partitions + " ", next, node);
    parents(node, next, true);
  }

  /**
   * What a node reads.
   *
   * @param isLast whether nothing of the node's own stage is printed after that
   */
  private void parents(PlanNode<?> node, String prefix, boolean isLast) {
    List<PlanNode<?>> parents = node.parents();
    for (int i = 0; i < parents.size(); i++) {
      PlanNode<?> parent = parents.get(i);
      boolean isLastParent = isLast && i == parents.size() - 1;
      if (node instanceof ExchangeNode<?>) {
        String before = prefix.replaceAll("\\|\\s+$", "");
        stage(parent, before, "+-", isLastParent ? "  " : "| ");
      } else {
        line(prefix, prefix, parent);
        parents(parent, prefix, isLastParent);
      }
    }
  }

  private void line(String prefix, String nextPrefix, PlanNode<?> node) {
    text.append(prefix).append(node.label());
    if (node instanceof SourceNode<?> source) {
      text.append(" of ").append(source.source().description());
    }
    CheckpointFiles.of(node).ifPresent(files -> text.append(" of ").append(files.description()));
    StorageMark mark = node.storage();
    if (mark != null) {
      text.append(" [").append(StorageLevel.of(mark).description()).append(']');
    }
    text.append('\n');
    int numKept = engine.numPartitionsKept(node);
    if (mark != null && numKept > 0) {
      text.append(nextPrefix).append("    kept partitions: ").append(numKept).append('\n');
    }
  }
}
