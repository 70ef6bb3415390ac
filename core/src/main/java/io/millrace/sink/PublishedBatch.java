package io.millrace.sink;

import io.millrace.spi.checkpoint.ObjectNames;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * The files of one batch, in order of partition and writing; or a file that others were merged
 * into, whose last batch it is:
 *
 * <pre>
 * 8  batch
 * 8  epoch of the driver whose attempt at the batch it was
 * 4  number of files, then for each:
 *      2  length of its name, then that many bytes of UTF-8
 *      8  size
 *      8  CRC32C
 *      8  number of records
 *      8  first batch
 *      8  length of the header
 * </pre>
 *
 * <p>In version 1 a file ends with its number of records.
 */
record PublishedBatch(Marker marker, List<PublishedFile> files) {

  private static final int MIN_FILE_BYTES = 26;

  PublishedBatch {
    files = List.copyOf(files);
  }

  void write(DataOutputStream out) throws IOException {
    out.writeLong(marker.batch());
    out.writeLong(marker.epoch());
    out.writeInt(files.size());
    for (PublishedFile file : files) {
      out.writeUTF(file.name());
      out.writeLong(file.size());
      out.writeLong(file.crc32c());
      out.writeLong(file.numRecords());
      out.writeLong(file.firstBatch());
      out.writeLong(file.headerBytes());
    }
  }

  /** Reads from a buffer that is whole in memory, so that what is left of it bounds any count. */
  static PublishedBatch read(DataInputStream in, int version, String what) throws IOException {
    long batch = in.readLong();
    long epoch = in.readLong();
    int numFiles = in.readInt();
    if (batch < 1 || epoch < 1 || numFiles < 0 || numFiles > in.available() / MIN_FILE_BYTES) {
      throw ChecksummedObject.damaged(what, "it lists " + numFiles + " files of batch " + batch);
    }
    List<PublishedFile> files = new ArrayList<>(numFiles);
    for (int i = 0; i < numFiles; i++) {
      files.add(file(in, version, batch, epoch, what));
    }
    return new PublishedBatch(new Marker(batch, epoch), files);
  }

  private static PublishedFile file(
      DataInputStream in, int version, long batch, long epoch, String what) throws IOException {
    boolean isOlder = version == ChecksummedObject.OLDEST_VERSION;
    String name = in.readUTF();
    long size = in.readLong();
    long crc32c = in.readLong();
    long numRecords = in.readLong();
    long first = isOlder ? batch : in.readLong();
    long headerBytes = isOlder ? 0 : in.readLong();
    if (first < 1 || first > batch || size < 0 || headerBytes < 0 || headerBytes > size) {
      throw ChecksummedObject.damaged(what, "what it says of " + name + " contradicts itself");
    }
    requireName(name, what);
    return new PublishedFile(first, batch, epoch, name, size, crc32c, numRecords, headerBytes);
  }

  /** Refuses names that no object can have. */
  static void requireName(String name, String what) throws IOException {
    try {
      ObjectNames.check(name);
    } catch (IllegalArgumentException e) {
      throw (IOException)
          ChecksummedObject.damaged(what, "it names an object that can't be").initCause(e);
    }
  }
}
