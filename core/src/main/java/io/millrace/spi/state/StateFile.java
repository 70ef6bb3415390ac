package io.millrace.spi.state;

import java.io.Serializable;
import java.util.Arrays;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A durable piece of a state or a stream: what a batch changed in one partition, or several of such
 * merged. Small ones travel inline with the record that lists them; others are objects of the
 * checkpoint's storage.
 *
 * @param name of the object, or what it would be called; unique in its checkpoint
 * @param inline the content, if it has no object of its own
 * @param numBytes length of the content
 * @param numEntries keys, or records, in it
 * @param partition that it belongs to
 * @param numPartitions how many there were when it was written
 * @param isBase whether nothing written before it counts for its partition
 * @param checksum of name and content, by which the content is known again: 0 to 2<sup>32</sup> -
 *     1, or {@link #NO_CHECKSUM} for a file of an earlier release
 */
public record StateFile(
    String name,
    Optional<byte[]> inline,
    long numBytes,
    long numEntries,
    int partition,
    int numPartitions,
    boolean isBase,
    long checksum)
    implements Serializable {

  /** Instead of a checksum: files of earlier releases are known by their names alone. */
  public static final long NO_CHECKSUM = -1;

  private static final long MAX_CHECKSUM = 0xFFFFFFFFL;

  public StateFile {
    Objects.requireNonNull(name);
    Objects.requireNonNull(inline);
    if (numBytes < 0
        || numEntries < 0
        || partition < 0
        || partition >= numPartitions
        || checksum < NO_CHECKSUM
        || checksum > MAX_CHECKSUM) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "a file of %d bytes with %d entries of partition %d of %d can't be",
              numBytes,
              numEntries,
              partition,
              numPartitions));
    }
  }

  /** A file of an earlier release, without checksum. */
  public StateFile(
      String name,
      Optional<byte[]> inline,
      long numBytes,
      long numEntries,
      int partition,
      int numPartitions,
      boolean isBase) {
    this(name, inline, numBytes, numEntries, partition, numPartitions, isBase, NO_CHECKSUM);
  }

  private Object writeReplace() {
    return new Sent(
        name,
        inline.orElse(null),
        numBytes,
        numEntries,
        partition,
        numPartitions,
        isBase,
        checksum);
  }

  /** On its way to another process. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Sent(
      String name,
      byte @Nullable [] inline,
      long numBytes,
      long numEntries,
      int partition,
      int numPartitions,
      boolean isBase,
      long checksum)
      implements Serializable {

    private Object readResolve() {
      return new StateFile(
          name,
          Optional.ofNullable(inline),
          numBytes,
          numEntries,
          partition,
          numPartitions,
          isBase,
          checksum);
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof StateFile file
        && name.equals(file.name)
        && inline.isPresent() == file.inline.isPresent()
        && Arrays.equals(inline.orElse(null), file.inline.orElse(null))
        && numBytes == file.numBytes
        && numEntries == file.numEntries
        && partition == file.partition
        && numPartitions == file.numPartitions
        && isBase == file.isBase
        && checksum == file.checksum;
  }

  @Override
  public int hashCode() {
    return name.hashCode();
  }

  @Override
  public String toString() {
    return name + (inline.isPresent() ? " (inline)" : "");
  }
}
