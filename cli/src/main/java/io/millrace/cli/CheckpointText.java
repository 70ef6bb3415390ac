package io.millrace.cli;

import io.millrace.checkpoint.CheckpointContents;
import io.millrace.checkpoint.CheckpointContents.BatchEntry;
import io.millrace.checkpoint.CheckpointContents.GivenUpEntry;
import io.millrace.checkpoint.CheckpointContents.SourceEntry;
import java.io.PrintStream;
import java.time.Instant;
import java.util.Locale;
import java.util.TreeMap;

/** A checkpoint as text: a summary, then a section for each kind of thing that is in it. */
final class CheckpointText {

  private static final int MAX_WIDTH = 100;

  private final PrintStream out;

  CheckpointText(PrintStream out) {
    this.out = out;
  }

  void print(CheckpointContents contents) {
    line("checkpoint  %s", contents.id());
    line("place       %s", contents.location());
    line("epoch       %d", contents.epoch());
    line(
        "last batch  %s",
        contents.lastBatch() == 0
            ? "none is committed"
            : contents.lastBatch()
                + " of "
                + contents.lastTime().map(Instant::toString).orElse(""));
    line(
        "log         slots %d to %d, %s",
        contents.firstSlot(), contents.lastSlot(), size(contents.logBytes()));
    line(
        "data        %d files, %s%s",
        contents.dataFiles(),
        size(contents.dataBytes()),
        contents.strayFiles() == 0
            ? ""
            : "; " + contents.strayFiles() + " more that are not needed");
    section("batches", contents.batches().isEmpty());
    contents.batches().forEach(this::batch);
    section("states", contents.states().isEmpty());
    contents
        .states()
        .forEach(
            state ->
                line(
                    "  %s  at most %d keys in %d files, %s, of it snapshots %s",
                    state.id(),
                    state.maxKeys(),
                    state.files(),
                    size(state.numBytes()),
                    size(state.snapshotBytes())));
    section("windows", contents.windows().isEmpty());
    contents
        .windows()
        .forEach(
            window ->
                line(
                    "  %s  %d records of %d batches, %s",
                    window.id(), window.numRecords(), window.batches(), size(window.numBytes())));
    section("sources", contents.sources().isEmpty());
    contents
        .sources()
        .forEach(
            source ->
                line(
                    "  %s  at %s and %d ranges on%s",
                    source.id(),
                    shortened(source.position()),
                    source.rangesSince(),
                    names(source)));
    section("outputs", contents.outputs().isEmpty());
    contents.outputs().forEach(output -> line("  %s  batch %d", output.id(), output.lastBatch()));
    if (!contents.givenUp().isEmpty()) {
      section("given up", false);
      contents.givenUp().forEach(each -> line("  %s", givenUp(each)));
    }
  }

  /** One line, of inputs that a batch went without. */
  static String givenUp(GivenUpEntry each) {
    return String.format(
        Locale.ROOT,
        "batch %d without %s of source %s, decided %s by %s: %s",
        each.batch(),
        each.inputs().isEmpty() ? "all" : String.join(", ", each.inputs()),
        each.source(),
        each.time(),
        each.byOperator() ? "an operator" : "the program's policy",
        each.reason());
  }

  private static String names(SourceEntry source) {
    return source.nameFiles() == 0
        ? ""
        : String.format(
            Locale.ROOT,
            ", at most %d names in %d files, %s",
            source.maxNames(),
            source.nameFiles(),
            size(source.nameBytes()));
  }

  private void batch(BatchEntry batch) {
    line(
        "  %d  %s  %s in epoch %d, changes %s, staged %s",
        batch.number(),
        batch.time(),
        batch.stage().name().toLowerCase(Locale.ROOT),
        batch.epoch(),
        size(batch.deltaBytes()),
        size(batch.stagedBytes()));
    new TreeMap<>(batch.ranges())
        .forEach((source, range) -> line("      %s  %s", source, shortened(range)));
  }

  private void section(String title, boolean isEmpty) {
    out.println();
    out.println(title + (isEmpty ? "  none" : ""));
  }

  private void line(String format, Object... values) {
    out.println(String.format(Locale.ROOT, format, values));
  }

  private static String shortened(String text) {
    return text.length() <= MAX_WIDTH ? text : text.substring(0, MAX_WIDTH - 1) + "…";
  }

  /** In units of 1024, to three digits or so. */
  static String size(long bytes) {
    if (bytes < 1 << 10) {
      return bytes + " B";
    }
    double kib = bytes / 1024.0;
    if (kib < 1024) {
      return String.format(Locale.ROOT, "%.1f KiB", kib);
    }
    double mib = kib / 1024;
    return mib < 1024
        ? String.format(Locale.ROOT, "%.1f MiB", mib)
        : String.format(Locale.ROOT, "%.1f GiB", mib / 1024);
  }
}
