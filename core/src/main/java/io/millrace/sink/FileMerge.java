package io.millrace.sink;

import io.millrace.spi.checkpoint.CheckpointStorage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Merges small files of consecutive batches, as the levels of a log-structured merge tree are: a
 * run of files is merged if no file in it is larger than those after it together, so each byte is
 * written again about as often as the size of files doubles, until a file has the size at which
 * files roll.
 *
 * @param replaced names of the files that were merged, which follow each other in one list
 * @param merged what has their records, in the same order
 */
record FileMerge(List<String> replaced, PublishedFile merged) {

  /** Fewer files are not worth it. */
  static final int MIN_FILES = 8;

  FileMerge {
    replaced = List.copyOf(replaced);
  }

  /**
   * The newest run of files that is worth to be merged.
   *
   * @param files of one list, in order
   * @param epoch files of other epochs may have been written by another version of the program
   * @return empty if there is none
   */
  static Optional<List<PublishedFile>> run(
      List<PublishedFile> files, long epoch, long headerBytes, long rollBytes) {
    List<PublishedFile> run = new ArrayList<>();
    long total = 0;
    for (int i = files.size() - 1; i >= 0; i--) {
      PublishedFile file = files.get(i);
      boolean isLike = file.epoch() == epoch && file.headerBytes() == headerBytes;
      boolean isSmall = run.size() < MIN_FILES || file.bodyBytes() <= total;
      if (!isLike || !isSmall || total + file.bodyBytes() > rollBytes) {
        break;
      }
      run.add(file);
      total += file.bodyBytes();
    }
    Collections.reverse(run);
    return run.size() < MIN_FILES ? Optional.empty() : Optional.of(List.copyOf(run));
  }

  /**
   * Writes one file with the records of several.
   *
   * @return empty if one of them does not begin with the header
   */
  static Optional<FileMerge> write(
      CheckpointStorage storage, List<PublishedFile> run, String header, String name)
      throws IOException {
    byte[] headerBytes = header.getBytes(StandardCharsets.UTF_8);
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    content.writeBytes(headerBytes);
    long numRecords = 0;
    for (PublishedFile file : run) {
      byte[] bytes = FileSinkReader.read(storage, file);
      if (!beginsWith(bytes, headerBytes)) {
        return Optional.empty();
      }
      content.write(bytes, headerBytes.length, bytes.length - headerBytes.length);
      numRecords += file.numRecords();
    }
    byte[] bytes = content.toByteArray();
    if (!storage.putIfAbsent(name, ByteBuffer.wrap(bytes))) {
      throw new IOException(
          name + " is in " + storage.location() + " already, though its name was never used");
    }
    PublishedFile last = run.get(run.size() - 1);
    return Optional.of(
        new FileMerge(
            run.stream().map(PublishedFile::name).toList(),
            new PublishedFile(
                run.get(0).firstBatch(),
                last.batch(),
                last.epoch(),
                name,
                bytes.length,
                PublishedFile.crc32c(bytes),
                numRecords,
                headerBytes.length)));
  }

  private static boolean beginsWith(byte[] bytes, byte[] header) {
    return bytes.length >= header.length
        && ByteBuffer.wrap(bytes, 0, header.length).equals(ByteBuffer.wrap(header));
  }

  /**
   * Batches with the merged file in the place of those that it replaces.
   *
   * @return empty if not all of them are there, so that the merge came to nothing
   */
  Optional<List<PublishedBatch>> applyTo(List<PublishedBatch> batches) {
    Set<String> left = new HashSet<>(replaced);
    List<PublishedBatch> applied = new ArrayList<>();
    for (PublishedBatch batch : batches) {
      List<PublishedFile> files = new ArrayList<>();
      for (PublishedFile file : batch.files()) {
        if (left.remove(file.name())) {
          if (left.isEmpty()) {
            files.add(merged);
          }
        } else {
          files.add(file);
        }
      }
      if (!files.isEmpty()) {
        applied.add(new PublishedBatch(batch.marker(), files));
      }
    }
    return left.isEmpty() ? Optional.of(List.copyOf(applied)) : Optional.empty();
  }
}
