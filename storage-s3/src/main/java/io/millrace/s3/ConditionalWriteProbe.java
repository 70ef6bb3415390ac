package io.millrace.s3;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.exception.SdkServiceException;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * Finds out whether a store keeps to {@code If-None-Match}, by putting an object twice: the second
 * has to be refused. Stores that do not know the header take both, and two drivers would overwrite
 * each other.
 *
 * <p>The object has a name that no other probe has and no object can have, and is deleted. One that
 * a crash has left is deleted by {@link #sweep}, a day later by the store's own clock, when nobody
 * can be at it any more.
 */
final class ConditionalWriteProbe {

  private static final String PREFIX = ".probe-";
  private static final int NOT_IMPLEMENTED = 501;
  private static final Duration MAX_AGE = Duration.ofDays(1);

  private final S3Place place;
  private final Attempts attempts;
  private final ConditionalPut puts;
  private final Supplier<String> nonces;

  ConditionalWriteProbe(S3Place place, Attempts attempts, Supplier<String> nonces) {
    this.place = place;
    this.attempts = attempts;
    this.puts = new ConditionalPut(place, attempts, nonces);
    this.nonces = nonces;
  }

  /**
   * Does it.
   *
   * @throws IOException if the store takes the second, or refuses the condition
   * @throws SdkException if it can't be asked
   */
  void run() throws IOException {
    String name = PREFIX + nonces.get();
    try (Closeable removal = () -> delete(place.key(name))) {
      if (!put(name, 1) || put(name, 2)) {
        throw unsuitable("it has not kept to the condition of a write", null);
      }
    }
  }

  private boolean put(String name, int content) throws IOException {
    try {
      return puts.put(
          name, new BufferedContent(List.of(ByteBuffer.wrap(new byte[] {(byte) content}))));
    } catch (SdkServiceException e) {
      if (e.statusCode() == NOT_IMPLEMENTED) {
        throw unsuitable(S3Place.reason(e), e);
      }
      throw e;
    }
  }

  private IOException unsuitable(String reason, @Nullable Exception cause) {
    return new IOException(
        String.format(
            Locale.ROOT,
            "%s can't hold a checkpoint, since the store does not write on condition"
                + " (If-None-Match: %s), so two programs could overwrite each other: use a store or"
                + " a version of it that does, such as Amazon S3",
            place.location().text(),
            reason),
        cause);
  }

  private void delete(String key) throws IOException {
    attempts.run(
        () -> place.client().deleteObject(request -> request.bucket(place.bucket()).key(key)));
  }

  /** Deletes what probes have left that were cut short by a crash. */
  void sweep() throws IOException {
    ListObjectsV2Response page =
        attempts.run(
            () ->
                place
                    .client()
                    .listObjectsV2(
                        request -> request.bucket(place.bucket()).prefix(place.key(PREFIX))));
    Optional<Instant> now =
        page.sdkHttpResponse().firstMatchingHeader("Date").flatMap(ConditionalWriteProbe::instant);
    for (S3Object object : page.contents()) {
      if (now.isPresent() && object.lastModified().plus(MAX_AGE).isBefore(now.get())) {
        delete(object.key());
      }
    }
  }

  /** Empty for what is no date, as some gateways put there: then nothing is known to be old. */
  static Optional<Instant> instant(String date) {
    try {
      return Optional.of(
          ZonedDateTime.parse(date, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant());
    } catch (DateTimeParseException e) {
      return Optional.empty();
    }
  }
}
