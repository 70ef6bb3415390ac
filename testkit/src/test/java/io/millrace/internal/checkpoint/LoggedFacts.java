package io.millrace.internal.checkpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;

/** Looks into the slots that a checkpoint writes. */
public final class LoggedFacts {

  private static final int CLAIM_OFFSET = 6;
  private static final int LENGTH_OFFSET = 56;
  private static final int CHECKSUM_OFFSET = 60;
  private static final int BODY_OFFSET = 80;

  private LoggedFacts() {}

  /** The facts of a slot as it is stored; none of a claim, or of what is no slot. */
  public static List<Fact> in(String object, List<ByteBuffer> content) {
    ByteBuffer bytes = content.get(0).duplicate();
    if (!object.startsWith(Checkpoint.LOG + "/") || bytes.getShort(CLAIM_OFFSET) != 0) {
      return List.of();
    }
    byte[] body = new byte[bytes.position(BODY_OFFSET).remaining()];
    bytes.get(body);
    try {
      return FactReader.decode(body, object);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** A slot whose batches have changed no state. */
  public static byte[] withoutStates(String object, byte[] slot) throws IOException {
    List<Fact> facts = in(object, List.of(ByteBuffer.wrap(slot)));
    if (facts.stream().noneMatch(Fact.Prepared.class::isInstance)) {
      return slot;
    }
    List<Fact> changed = new ArrayList<>();
    for (Fact fact : facts) {
      changed.add(
          fact instanceof Fact.Prepared prepared
              ? new Fact.Prepared(prepared.batch(), Map.of(), prepared.windows(), prepared.staged())
              : fact);
    }
    byte[] body = FactWriter.encode(changed);
    ByteBuffer bytes = ByteBuffer.allocate(BODY_OFFSET + body.length);
    bytes.put(slot, 0, BODY_OFFSET).put(body).putInt(LENGTH_OFFSET, body.length);
    CRC32C crc = new CRC32C();
    crc.update(bytes.array(), 0, CHECKSUM_OFFSET);
    crc.update(bytes.array(), CHECKSUM_OFFSET + 4, bytes.capacity() - CHECKSUM_OFFSET - 4);
    return bytes.putInt(CHECKSUM_OFFSET, (int) crc.getValue()).array();
  }
}
