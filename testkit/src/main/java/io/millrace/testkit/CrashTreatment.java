package io.millrace.testkit;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * What becomes of unsynced data when a {@link SimulatedDisk} loses power. The same treatment of the
 * same disk has the same result.
 *
 * @param names which changes of directories survive, those that no sync has covered
 * @param contents what survives of the contents of files that were not synced
 * @param blockBytes size of the pieces in which contents survive
 * @param seed of the choices
 */
public record CrashTreatment(Names names, Contents contents, int blockBytes, long seed) {

  /** Which changes of directories survive. */
  public enum Names {
    KEPT,
    DROPPED,
    /** New names are there, deleted ones too. */
    ADDED,
    /** Deleted names are gone, new ones too. */
    REMOVED,
    /** Each survives or not, as a coin falls. */
    ANY
  }

  /** What survives of contents. */
  public enum Contents {
    KEPT,
    /** The file is empty. */
    EMPTY,
    /** The file ends after some block. */
    CUT,
    /** The file has its length, and zeros after some block. */
    ZEROED,
    /** The file has its length, and zeros in place of any of its blocks. */
    ANY
  }

  private static final List<Integer> BLOCK_SIZES = List.of(1, 512, 4096);

  /**
   * Every kind of loss: all kept, all dropped, torn at 1, 512 and 4,096 bytes, names without
   * contents, only new or only deleted names, and random choices.
   *
   * @param numSeeds how many random choices
   */
  public static List<CrashTreatment> all(int numSeeds) {
    List<CrashTreatment> all = new ArrayList<>();
    all.add(new CrashTreatment(Names.KEPT, Contents.KEPT, 1, 0));
    all.add(new CrashTreatment(Names.DROPPED, Contents.EMPTY, 1, 0));
    all.add(new CrashTreatment(Names.KEPT, Contents.EMPTY, 1, 0));
    for (int blockBytes : BLOCK_SIZES) {
      all.add(new CrashTreatment(Names.KEPT, Contents.CUT, blockBytes, blockBytes));
      all.add(new CrashTreatment(Names.KEPT, Contents.ZEROED, blockBytes, blockBytes));
    }
    all.add(new CrashTreatment(Names.ADDED, Contents.KEPT, 1, 0));
    all.add(new CrashTreatment(Names.REMOVED, Contents.KEPT, 1, 0));
    for (int seed = 0; seed < numSeeds; seed++) {
      int blockBytes = BLOCK_SIZES.get(seed % BLOCK_SIZES.size());
      all.add(new CrashTreatment(Names.ANY, Contents.ANY, blockBytes, seed));
    }
    return List.copyOf(all);
  }

  /**
   * The choices of one crash, to be asked in a fixed order. Of a generator whose first draws differ
   * between neighbouring seeds.
   */
  Choices choices() {
    return new Choices(new SplittableRandom(seed));
  }

  /** One crash's sequence of choices. */
  final class Choices {

    private final SplittableRandom random;

    private Choices(SplittableRandom random) {
      this.random = random;
    }

    boolean keepsName(boolean isNew) {
      return switch (names) {
        case KEPT -> true;
        case DROPPED -> false;
        case ADDED -> isNew;
        case REMOVED -> !isNew;
        case ANY -> random.nextBoolean();
      };
    }

    byte[] content(byte[] unsynced) {
      return switch (contents) {
        case KEPT -> unsynced;
        case EMPTY -> new byte[0];
        case CUT -> Arrays.copyOf(unsynced, tear(unsynced.length));
        case ZEROED ->
            Arrays.copyOf(Arrays.copyOf(unsynced, tear(unsynced.length)), unsynced.length);
        case ANY -> anyBlocks(unsynced);
      };
    }

    /** A position in front of a block, not the end. */
    private int tear(int length) {
      int numBlocks = numBlocks(length);
      return numBlocks == 0 ? 0 : random.nextInt(numBlocks) * blockBytes;
    }

    private byte[] anyBlocks(byte[] unsynced) {
      byte[] survived = new byte[unsynced.length];
      for (int block = 0; block < numBlocks(unsynced.length); block++) {
        if (random.nextBoolean()) {
          int start = block * blockBytes;
          int count = Math.min(blockBytes, unsynced.length - start);
          System.arraycopy(unsynced, start, survived, start, count);
        }
      }
      return survived;
    }

    private int numBlocks(int length) {
      return (int) (((long) length + blockBytes - 1) / blockBytes);
    }
  }
}
