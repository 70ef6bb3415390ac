package io.millrace.sink;

import io.millrace.FormatVersionException;
import io.millrace.spi.checkpoint.Slot;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UTFDataFormatException;
import java.io.UncheckedIOException;

/**
 * What a slot of the manifest says; the slot has a checksum.
 *
 * <pre>
 * 2  format version, 2; 1 is still read
 * 2  length of the name of the list that holds earlier batches, then that many bytes of UTF-8;
 *    0 if there is none
 *    the batch, as {@link PublishedBatch} writes it
 * </pre>
 *
 * @param list name of the newest {@link PublishedList}, empty if there is none. Every batch that
 *     was published earlier is in it, in one that it follows, or in a slot since
 */
record ManifestEntry(String list, PublishedBatch batch) {

  byte[] encode() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeShort(ChecksummedObject.VERSION);
      out.writeUTF(list);
      batch.write(out);
    } catch (IOException e) {
      throw new UncheckedIOException("a buffer can't fail", e);
    }
    return bytes.toByteArray();
  }

  static ManifestEntry decode(Slot slot, String location) throws IOException {
    String what = "slot " + slot.number() + " of the manifest in " + location;
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(slot.body()))) {
      int version = in.readShort();
      if (version < ChecksummedObject.OLDEST_VERSION || version > ChecksummedObject.VERSION) {
        throw new FormatVersionException(
            what, version, ChecksummedObject.OLDEST_VERSION, ChecksummedObject.VERSION);
      }
      String list = in.readUTF();
      PublishedList.requireName(list, what);
      ManifestEntry entry = new ManifestEntry(list, PublishedBatch.read(in, version, what));
      if (in.available() > 0) {
        throw ChecksummedObject.damaged(what, in.available() + " bytes are left over");
      }
      return entry;
    } catch (EOFException | UTFDataFormatException e) {
      throw (IOException) ChecksummedObject.damaged(what, "it ends early").initCause(e);
    }
  }
}
