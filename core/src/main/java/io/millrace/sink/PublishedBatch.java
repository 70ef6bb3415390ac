package io.millrace.sink;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * The files of one batch, in order of partition and writing:
 *
 * <pre>
 * 8  batch
 * 8  epoch of the driver whose attempt at the batch it was
 * 4  number of files, then for each:
 *      2  length of its name, then that many bytes of UTF-8
 *      8  size
 *      8  CRC32C
 *      8  number of records
 * </pre>
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
    }
  }

  /** Reads from a buffer that is whole in memory, so that what is left of it bounds any count. */
  static PublishedBatch read(DataInputStream in, String what) throws IOException {
    long batch = in.readLong();
    long epoch = in.readLong();
    int numFiles = in.readInt();
    if (batch < 1 || epoch < 1 || numFiles < 0 || numFiles > in.available() / MIN_FILE_BYTES) {
      throw ChecksummedObject.damaged(what, "it lists " + numFiles + " files of batch " + batch);
    }
    List<PublishedFile> files = new ArrayList<>(numFiles);
    for (int i = 0; i < numFiles; i++) {
      String name = in.readUTF();
      files.add(new PublishedFile(batch, epoch, name, in.readLong(), in.readLong(), in.readLong()));
    }
    return new PublishedBatch(new Marker(batch, epoch), files);
  }
}
