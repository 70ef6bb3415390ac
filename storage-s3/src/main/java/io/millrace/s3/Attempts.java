package io.millrace.s3;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import javax.xml.stream.XMLStreamException;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.core.exception.ApiCallAttemptTimeoutException;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.exception.SdkServiceException;
import software.amazon.awssdk.core.retry.RetryUtils;

/**
 * Sends requests again that may succeed when they are sent again: {@value #MAX_ATTEMPTS} times in
 * all, with pauses that double, and not when the first was more than 20 s ago. The client's own
 * retries are off, since a conditional write must know of each of them.
 */
final class Attempts {

  private static final int MAX_ATTEMPTS = 5;
  private static final Duration MAX_TIME = Duration.ofSeconds(20);
  private static final int CONFLICT = 409;
  private static final int REQUEST_TIMEOUT = 408;
  private static final int SERVER_ERROR = 500;
  private static final int NOT_IMPLEMENTED = 501;

  private static final long MIN_BYTES_PER_SECOND = 1 << 20;

  private final Duration firstPause;
  private final Duration timeout;

  /** A request. */
  @FunctionalInterface
  interface Request<T> {
    T send() throws IOException;
  }

  /**
   * @param firstPause before the second attempt
   * @param timeout of an attempt that sends next to nothing
   */
  Attempts(Duration firstPause, Duration timeout) {
    this.firstPause = firstPause;
    this.timeout = timeout;
  }

  /** How long an attempt may take that sends so many bytes: at 1 MiB/s at the slowest. */
  Duration timeout(long numBytes) {
    return timeout.plusSeconds(numBytes / MIN_BYTES_PER_SECOND);
  }

  /**
   * Sends a request until it has succeeded or failed for good.
   *
   * @throws SdkException what the last attempt has failed with
   * @throws IOException if its answer broke off
   */
  <T> T run(Request<T> request) throws IOException {
    long deadline = System.nanoTime() + MAX_TIME.toNanos();
    for (int attempt = 1; ; attempt++) {
      try {
        return request.send();
      } catch (SdkException | BrokenAnswerException e) {
        if (attempt == MAX_ATTEMPTS || System.nanoTime() - deadline > 0 || !mayPass(e)) {
          throw e;
        }
      }
      pause(attempt);
    }
  }

  private void pause(int attempt) {
    try {
      TimeUnit.MILLISECONDS.sleep(firstPause.toMillis() << (attempt - 1));
    } catch (InterruptedException e) {
      // Nobody interrupts these threads but the client, for a time-out; this one came late, too.
      return;
    }
  }

  private static boolean mayPass(Exception e) {
    if (e instanceof SdkServiceException refusal) {
      return (refusal.statusCode() >= SERVER_ERROR && refusal.statusCode() != NOT_IMPLEMENTED)
          || refusal.statusCode() == REQUEST_TIMEOUT
          || refusal.statusCode() == CONFLICT
          || RetryUtils.isThrottlingException(refusal)
          || RetryUtils.isClockSkewException(refusal)
          || (refusal instanceof AwsServiceException named
              && named.awsErrorDetails() != null
              && "RequestTimeout".equals(named.awsErrorDetails().errorCode()));
    }
    return e instanceof BrokenAnswerException
        // By an interrupt, which is one for a time-out that came late.
        || e instanceof AbortedException
        || e instanceof ApiCallTimeoutException
        || e instanceof ApiCallAttemptTimeoutException
        // A list that broke off.
        || isCausedBy(XMLStreamException.class, e)
        || isOfNetwork(e);
  }

  /** Whether a connection could not be made or broke off. */
  static boolean isOfNetwork(Throwable e) {
    return isCausedBy(IOException.class, e);
  }

  private static boolean isCausedBy(Class<? extends Throwable> type, Throwable e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (type.isInstance(cause)) {
        return true;
      }
    }
    return false;
  }
}
