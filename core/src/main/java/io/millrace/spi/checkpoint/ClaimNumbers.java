package io.millrace.spi.checkpoint;

import io.millrace.CorruptionException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** The body of a claim: the numbers of the claims before it that are kept, 8 bytes each. */
final class ClaimNumbers {

  private ClaimNumbers() {}

  static byte[] encode(List<Long> numbers) {
    ByteBuffer buffer = ByteBuffer.allocate(Long.BYTES * numbers.size());
    numbers.forEach(buffer::putLong);
    return buffer.array();
  }

  static List<Long> decode(Slot claim) throws CorruptionException {
    if (!claim.isClaim() || claim.body().length % Long.BYTES != 0) {
      throw new CorruptionException(
          "slot " + claim.number() + " is not a claim, as later ones say");
    }
    List<Long> numbers = new ArrayList<>();
    ByteBuffer buffer = ByteBuffer.wrap(claim.body());
    while (buffer.hasRemaining()) {
      numbers.add(buffer.getLong());
    }
    return numbers;
  }
}
