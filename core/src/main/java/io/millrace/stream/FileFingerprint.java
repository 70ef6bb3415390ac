package io.millrace.stream;

import io.millrace.spi.DataFiles;
import io.millrace.spi.DataFiles.FileStatus;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.CRC32C;

/**
 * A cheap fingerprint of a file's content: the CRC32C of its first and last 4 KiB and of three
 * samples between them. Files that differ elsewhere alone are taken for the same. Files over a
 * network have none, since each sample would be a request that the batch waits for.
 */
final class FileFingerprint {

  /** Of a file that could not be read, or is not local. */
  static final long NONE = -1;

  private static final int END_BYTES = 4 * 1024;
  private static final int SAMPLE_BYTES = 1024;
  private static final int SAMPLES = 3;

  private FileFingerprint() {}

  static long of(DataFiles storage, FileStatus file) {
    if (!storage.isLocal()) {
      return NONE;
    }
    CRC32C crc = new CRC32C();
    try {
      add(crc, storage, file, 0, END_BYTES);
      if (file.length() > 2 * END_BYTES) {
        for (int i = 1; i <= SAMPLES; i++) {
          add(crc, storage, file, file.length() / (SAMPLES + 1) * i, SAMPLE_BYTES);
        }
      }
      if (file.length() > END_BYTES) {
        add(crc, storage, file, Math.max(END_BYTES, file.length() - END_BYTES), END_BYTES);
      }
      return crc.getValue();
    } catch (IOException e) {
      return NONE; // who reads the file meets the same, and says so
    }
  }

  private static void add(CRC32C crc, DataFiles storage, FileStatus file, long from, int count)
      throws IOException {
    try (InputStream in = storage.open(file.path(), from)) {
      byte[] bytes = in.readNBytes(count);
      crc.update(bytes);
    }
  }
}
