package io.millrace.internal.checkpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/** Looks into the slots that a checkpoint writes. */
public final class LoggedFacts {

  private static final int CLAIM_OFFSET = 6;
  private static final int BODY_OFFSET = 64;

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
}
