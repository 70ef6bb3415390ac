package io.millrace.sink;

import io.millrace.CorruptionException;
import io.millrace.spi.checkpoint.CheckpointStorage;
import io.millrace.spi.checkpoint.LogName;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UTFDataFormatException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Whose directory it is: a {@link ChecksummedObject} of the name {@value #NAME}, with the magic
 * "MRFI" and, as body, checkpoint id and output id, each as 2 bytes of length and UTF-8. It is put,
 * if absent, before anything else, so of two checkpoints that begin at the same time one is
 * refused.
 *
 * @param isOlder whether the directory was begun by a release whose names have no checkpoint id
 */
record SinkIdentity(String checkpointId, String outputId, boolean isOlder) {

  static final String NAME = "identity";

  private static final int MAGIC = 0x4D524649;

  SinkIdentity(String checkpointId, String outputId) {
    this(checkpointId, outputId, false);
  }

  /** The id that is part of names. */
  UUID id() {
    return UUID.fromString(checkpointId);
  }

  /** The log of published batches. */
  LogName log() {
    return new LogName(Manifest.DIRECTORY, id(), isOlder);
  }

  /**
   * Whether an object is of this checkpoint.
   *
   * @param id the text of the id in its name, null if there is none
   */
  boolean isOwn(@Nullable String id) {
    return id == null ? isOlder : id.equals(LogName.text(id()));
  }

  /**
   * Refuses a directory that is another's. Changes nothing.
   *
   * @return whose it is; empty if it is nobody's yet
   */
  Optional<SinkIdentity> check(CheckpointStorage storage)
      throws IOException, ForeignLedgerException {
    Optional<SinkIdentity> found = find(storage);
    if (found.isPresent()) {
      requireSame(found.get(), storage);
    }
    return found;
  }

  /**
   * Makes the directory this identity's, unless it is another's.
   *
   * @return the identity as it is there
   */
  SinkIdentity claim(CheckpointStorage storage) throws IOException, ForeignLedgerException {
    Optional<SinkIdentity> present = check(storage);
    if (present.isPresent()) {
      return present.get();
    }
    storage.putIfAbsent(NAME, ByteBuffer.wrap(encode()));
    SinkIdentity found = read(storage);
    requireSame(found, storage);
    return found;
  }

  private void requireSame(SinkIdentity found, CheckpointStorage storage)
      throws ForeignLedgerException {
    if (!found.checkpointId.equals(checkpointId) || !found.outputId.equals(outputId)) {
      throw new ForeignLedgerException(
          String.format(
              Locale.ROOT,
              "%s belongs to output %s of checkpoint %s, but this is output %s of checkpoint %s,"
                  + " which may write again what is there. Start the program on the old checkpoint,"
                  + " or give the sink a directory of its own, or delete this one",
              storage.location(),
              found.outputId,
              found.checkpointId,
              outputId,
              checkpointId));
    }
  }

  /**
   * Whose a directory is; empty if it is nobody's.
   *
   * @throws CorruptionException if it has lost that
   */
  static Optional<SinkIdentity> find(CheckpointStorage storage) throws IOException {
    List<CheckpointStorage.StoredObject> slots = storage.list(Manifest.DIRECTORY);
    if (storage.list("").stream().anyMatch(object -> object.name().equals(NAME))) {
      return Optional.of(read(storage));
    }
    if (slots.stream().anyMatch(object -> LogName.isSlot(object.name()))) {
      throw new CorruptionException(
          String.format(
              Locale.ROOT,
              "%s has a manifest but no object \"%s\" that says whose it is: restore the"
                  + " directory from a backup",
              storage.location(),
              NAME));
    }
    return Optional.empty();
  }

  private byte[] encode() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeUTF(checkpointId);
      out.writeUTF(outputId);
    } catch (IOException e) {
      throw new UncheckedIOException("a buffer can't fail", e);
    }
    return ChecksummedObject.encode(MAGIC, bytes.toByteArray());
  }

  private static SinkIdentity read(CheckpointStorage storage) throws IOException {
    String what = NAME + " in " + storage.location();
    ChecksummedObject.Decoded decoded = ChecksummedObject.decode(MAGIC, storage.read(NAME), what);
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(decoded.body()))) {
      SinkIdentity found =
          new SinkIdentity(
              in.readUTF(), in.readUTF(), decoded.version() < ChecksummedObject.VERSION);
      UUID.fromString(found.checkpointId);
      return found;
    } catch (EOFException | UTFDataFormatException e) {
      throw (IOException) ChecksummedObject.damaged(what, "it ends early").initCause(e);
    } catch (IllegalArgumentException e) {
      throw (IOException) ChecksummedObject.damaged(what, "its checkpoint has no id").initCause(e);
    }
  }
}
