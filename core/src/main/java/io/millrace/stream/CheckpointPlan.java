package io.millrace.stream;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;

/**
 * What the start of a program would make of a checkpoint: what it goes on with, what it lets go,
 * and what it refuses. Made by {@link StreamingContext#checkpointPlan()}.
 *
 * <p>The targets of transactional outputs are not looked at, since opening one stops the program
 * that writes to it: whether they fit the checkpoint only the start finds out. Nor is it tried
 * whether the checkpoint can be written.
 *
 * @param location of the checkpoint
 * @param lastBatch number of the last committed batch, 0 for none
 * @param openBatch the batch that was planned and not committed
 * @param entries one for each source, state, window and transactional output of the program, in
 *     order of declaration, then what the checkpoint alone has
 * @param refusals why the program would not start, as far as that is not the matter of one entry
 */
public record CheckpointPlan(
    String location,
    long lastBatch,
    Optional<OpenBatch> openBatch,
    List<Entry> entries,
    List<String> refusals) {

  /**
   * What an entry is about. A window that combines values by key keeps a state; once the program
   * does not have it any more, it is shown as that.
   */
  public enum Kind {
    SOURCE,
    STATE,
    WINDOW,
    OUTPUT
  }

  /** What becomes of it. */
  public enum Verdict {
    /** Goes on as it was. */
    KEPT,
    /** Goes on with what it had, laid out in another way. */
    REBUILT,
    /** The checkpoint has nothing of it; it begins from nothing. */
    NEW,
    /** What the checkpoint has of it goes, as the program allows. */
    DROPPED,
    /** The program does not start because of it. */
    REFUSED
  }

  /**
   * One thing that a program or a checkpoint has.
   *
   * @param id that it goes by
   * @param reason a phrase for people; of what is refused, with the remedy
   */
  public record Entry(Kind kind, String id, Verdict verdict, String reason) {
    public Entry {
      Objects.requireNonNull(kind);
      Objects.requireNonNull(id);
      Objects.requireNonNull(verdict);
      Objects.requireNonNull(reason);
    }
  }

  /** What becomes of the open batch. */
  public enum Fate {
    /** It runs again, with the input that was recorded. */
    RUN_AGAIN,
    /** It is completed as it was run if an output has it already; otherwise it runs again. */
    ASKS_OUTPUTS
  }

  /**
   * The batch that was planned and not committed.
   *
   * @param parallelism the default number of partitions with which it was planned, and runs again
   * @param presentParallelism the default of later batches
   * @param outputs the ids of those that may have it
   */
  public record OpenBatch(
      long number,
      Instant time,
      Fate fate,
      int parallelism,
      int presentParallelism,
      List<String> outputs) {

    public OpenBatch {
      Objects.requireNonNull(time);
      Objects.requireNonNull(fate);
      outputs = List.copyOf(outputs);
    }
  }

  public CheckpointPlan {
    Objects.requireNonNull(location);
    Objects.requireNonNull(openBatch);
    entries = List.copyOf(entries);
    refusals = List.copyOf(refusals);
  }

  /** Whether the program would start, as far as can be told without its outputs' targets. */
  public boolean isAccepted() {
    return refusals.isEmpty()
        && entries.stream().noneMatch(entry -> entry.verdict() == Verdict.REFUSED);
  }

  /** The plan as text for people, without line ends. */
  public List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add("checkpoint  " + location);
    lines.add("last batch  " + (lastBatch == 0 ? "none" : lastBatch));
    lines.add("open batch  " + openBatch.map(CheckpointPlan::text).orElse("none"));
    int widest = entries.stream().mapToInt(entry -> entry.id().length()).max().orElse(0);
    for (Entry entry : entries) {
      lines.add(
          String.format(
              Locale.ROOT,
              "%-7s  %-6s  %-" + Math.max(1, widest) + "s  %s",
              lowerCase(entry.verdict()),
              lowerCase(entry.kind()),
              entry.id(),
              entry.reason()));
    }
    refusals.forEach(refusal -> lines.add("refused  " + refusal));
    if (entries.stream().anyMatch(entry -> entry.kind() == Kind.OUTPUT)) {
      lines.add("the targets of outputs are not looked at");
    }
    lines.add(isAccepted() ? "the program would start" : "the program would not start");
    return lines;
  }

  private static String lowerCase(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }

  private static String text(OpenBatch batch) {
    String again =
        "runs again"
            + (batch.parallelism() == batch.presentParallelism()
                ? ""
                : String.format(
                    Locale.ROOT,
                    " with %d partitions by default, later ones with %d",
                    batch.parallelism(),
                    batch.presentParallelism()));
    return String.format(
        Locale.ROOT,
        "%d of %s, %s",
        batch.number(),
        batch.time(),
        batch.fate() == Fate.RUN_AGAIN
            ? again
            : String.format(
                Locale.ROOT,
                "is completed as it was run if one of %s has it, else %s",
                String.join(", ", batch.outputs()),
                again));
  }
}
