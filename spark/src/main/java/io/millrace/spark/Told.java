package io.millrace.spark;

import io.millrace.JobCancelledException;
import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * What became of work that is not tried again when it fails: neither a value without codec nor a
 * damaged file is better the second time, and whether a storage is, the driver knows best.
 *
 * @param isResident whether the executor had the version that was asked for; if not, nothing was
 *     done
 */
record Told(
    boolean isResident, @Nullable Object result, @Nullable Exception failure, String location)
    implements Serializable {

  /** Work that may fail. */
  @FunctionalInterface
  interface Work {
    Object run() throws Exception;
  }

  static Told of(Work work) throws InterruptedException {
    try {
      return new Told(true, work.run(), null, Located.here());
    } catch (InterruptedException | JobCancelledException e) {
      throw e;
    } catch (Exception e) {
      return new Told(true, null, e, Located.here());
    }
  }

  static Told missing() {
    return new Told(false, null, null, Located.here());
  }
}
