package io.millrace.s3;

import java.io.IOException;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import software.amazon.awssdk.core.exception.SdkServiceException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;

/**
 * Puts an object if its key is free, by {@code If-None-Match: *}.
 *
 * <p>A request whose answer is lost may have been carried out. Sent again, it is refused (412) as
 * if another writer had come first. So each put has a nonce, which is kept with the object as
 * metadata, and a refused one looks whose nonce the object has: if it is its own, it has succeeded.
 * The HTTP client of the JDK may send a request again by itself; that is covered too.
 *
 * <p>409 says that another request on the key is under way, and that this one was not carried out.
 */
final class ConditionalPut {

  static final int REFUSED = 412;

  /** What one request of S3 takes. */
  private static final long MAX_BYTES = 5L << 30;

  private static final String NONCE = "millrace-put";
  private static final String TYPE = "application/octet-stream";

  private final S3Place place;
  private final Attempts attempts;
  private final Supplier<String> nonces;

  ConditionalPut(S3Place place, Attempts attempts, Supplier<String> nonces) {
    this.place = place;
    this.attempts = attempts;
    this.nonces = nonces;
  }

  /**
   * Puts an object.
   *
   * @return false if there was one before
   * @throws software.amazon.awssdk.core.exception.SdkException if it is not known whether it is
   *     stored
   */
  boolean put(String name, BufferedContent content) throws IOException {
    if (content.size() > MAX_BYTES) {
      throw new IOException(
          String.format(
              Locale.ROOT,
              "%s has %d bytes, and S3 takes %d at most in one request",
              name,
              content.size(),
              MAX_BYTES));
    }
    String nonce = nonces.get();
    PutObjectRequest request = request(name, content, nonce);
    return attempts.run(
        () -> {
          try {
            place
                .client()
                .putObject(request, RequestBody.fromContentProvider(content, content.size(), TYPE));
            return true;
          } catch (SdkServiceException e) {
            if (e.statusCode() == REFUSED) {
              return isOwn(name, nonce);
            }
            throw e;
          }
        });
  }

  private PutObjectRequest request(String name, BufferedContent content, String nonce) {
    return PutObjectRequest.builder()
        .bucket(place.bucket())
        .key(place.key(name))
        .ifNoneMatch("*")
        .checksumCRC32C(content.crc32c())
        .metadata(Map.of(NONCE, nonce))
        .overrideConfiguration(
            settings -> settings.apiCallTimeout(attempts.timeout(content.size())))
        .build();
  }

  private boolean isOwn(String name, String nonce) {
    return nonce.equals(
        place
            .client()
            .headObject(request -> request.bucket(place.bucket()).key(place.key(name)))
            .metadata()
            .get(NONCE));
  }
}
