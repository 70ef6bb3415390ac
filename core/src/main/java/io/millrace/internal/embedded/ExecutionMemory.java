package io.millrace.internal.embedded;

import java.util.concurrent.atomic.AtomicLong;

/**
 * The memory that the records of exchanges, sorts and groups may take together, in estimated bytes.
 * Whoever gathers records claims what they take and spills when a claim is refused; nobody is made
 * to spill for another's sake. So that work goes on when all is taken, each claim may be {@link
 * #minimumBytes()} whatever the others are: a quarter of a running task's even share.
 *
 * <p>Safe for concurrent use; a claim belongs to one thread at a time.
 */
final class ExecutionMemory {

  private static final int MINIMUM_PARTS = 4;

  private final long maxBytes;
  private final long minimumBytes;
  private final AtomicLong claimedBytes = new AtomicLong();

  ExecutionMemory(long maxBytes, int parallelism) {
    this.maxBytes = maxBytes;
    this.minimumBytes = maxBytes / parallelism / MINIMUM_PARTS;
  }

  long minimumBytes() {
    return minimumBytes;
  }

  long claimedBytes() {
    return claimedBytes.get();
  }

  /** A claim on nothing yet. */
  Claim claim() {
    return new Claim();
  }

  /** What one gatherer holds. */
  final class Claim implements AutoCloseable {

    private long held;

    /**
     * Claims {@code bytes} in all, for as long as records are being gathered.
     *
     * @return for how many bytes more there is room now; negative if the claim is refused, which
     *     leaves it as it was
     */
    long resize(long bytes) {
      long room = tryKeep(bytes) ? maxBytes - claimedBytes.get() : -1;
      if (room < 0 && bytes <= minimumBytes) {
        add(bytes - held);
        room = 0;
      }
      return room < 0 ? room : Math.max(room, minimumBytes - bytes);
    }

    /** Claims {@code bytes} in all for records that stay; here the minimum does not count. */
    boolean tryKeep(long bytes) {
      long more = bytes - held;
      if (more > 0 && claimedBytes.get() + more > maxBytes) {
        return false;
      }
      add(more);
      return true;
    }

    private void add(long more) {
      if (more != 0) {
        held += more;
        claimedBytes.addAndGet(more);
      }
    }

    /** Gives all back. Idempotent. */
    @Override
    public void close() {
      add(-held);
    }
  }
}
