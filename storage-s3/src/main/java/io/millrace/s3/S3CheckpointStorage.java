package io.millrace.s3;

import io.millrace.spi.checkpoint.CheckpointStorage;
import io.millrace.spi.checkpoint.ObjectNames;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.exception.SdkServiceException;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * Write-once objects as objects of a bucket, each put by one request on condition that its key is
 * free. When the store has answered, an object is durable and everybody sees it, in lists too.
 *
 * <p>No request is carried out in part, so there is nothing to sweep but what a crash while the
 * store was opened has left of {@link ConditionalWriteProbe}.
 *
 * <p>The S3 client gives a call up when its thread is interrupted, so calls are to be made by way
 * of {@link io.millrace.spi.checkpoint.UninterruptedStorage}. Safe for concurrent use.
 */
final class S3CheckpointStorage implements CheckpointStorage {

  private static final int RANGE_BEYOND_END = 416;

  private final S3Place place;
  private final boolean isReadOnly;
  private final Attempts attempts;
  private final ConditionalPut puts;
  private final ConditionalWriteProbe probe;

  /**
   * @param nonces names that nobody else draws, such as random UUIDs; safe for concurrent use
   */
  S3CheckpointStorage(
      S3Place place, boolean isReadOnly, Attempts attempts, Supplier<String> nonces) {
    this.place = place;
    this.isReadOnly = isReadOnly;
    this.attempts = attempts;
    this.puts = new ConditionalPut(place, attempts, nonces);
    this.probe = new ConditionalWriteProbe(place, attempts, nonces);
  }

  /**
   * Finds out whether the place can be used.
   *
   * @throws IOException if not; names the location and the remedy
   */
  void prepare() throws IOException {
    try {
      anything();
      probe.run();
    } catch (SdkException e) {
      throw place.unusable(e);
    }
  }

  /**
   * Finds out whether the place can be read.
   *
   * @throws NoSuchFileException if there is nothing at the place
   * @throws IOException if it can't be asked; names the location and the remedy
   */
  void requireSomething() throws IOException {
    try {
      if (anything().contents().isEmpty()) {
        throw new NoSuchFileException(location(), null, "no objects there");
      }
    } catch (SdkException e) {
      throw S3Place.isMissing(e) ? missing(location(), "no such bucket", e) : place.unusable(e);
    }
  }

  private ListObjectsV2Response anything() throws IOException {
    return attempts.run(
        () ->
            place
                .client()
                .listObjectsV2(
                    request -> request.bucket(place.bucket()).prefix(place.key("")).maxKeys(1)));
  }

  @Override
  public String location() {
    return place.location().text();
  }

  @Override
  public boolean putIfAbsent(String name, List<ByteBuffer> content) throws IOException {
    ObjectNames.check(name);
    checkWritable();
    BufferedContent buffered = new BufferedContent(content);
    try {
      return puts.put(name, buffered);
    } catch (SdkException e) {
      throw failed(name + " could not be stored", e);
    }
  }

  private void checkWritable() {
    if (isReadOnly) {
      throw new UnsupportedOperationException(location() + " was opened for reading alone");
    }
  }

  @Override
  public byte[] read(String name, long offset, int length) throws IOException {
    ObjectNames.check(name);
    if (offset < 0 || length < 0) {
      throw new IllegalArgumentException(
          String.format(Locale.ROOT, "can't read %d bytes from %d on of %s", length, offset, name));
    }
    return translated(name, () -> readPart(name, offset, length));
  }

  private byte[] readPart(String name, long offset, int length) throws IOException {
    if (length == 0 || offset > Long.MAX_VALUE - length) {
      // No range of S3's says this.
      long size = size(name);
      if (length > size - offset) {
        throw beyondEnd(name, offset, length);
      }
      return new byte[0];
    }
    String range = String.format(Locale.ROOT, "bytes=%d-%d", offset, offset + length - 1);
    try {
      byte[] bytes = get(name, range, length);
      if (bytes.length < length) {
        throw beyondEnd(name, offset, length);
      }
      return bytes;
    } catch (SdkServiceException e) {
      if (e.statusCode() == RANGE_BEYOND_END) {
        throw beyondEnd(name, offset, length);
      }
      throw e;
    }
  }

  private EOFException beyondEnd(String name, long offset, int length) {
    return new EOFException(
        String.format(
            Locale.ROOT,
            "%s in %s does not have %d bytes from %d on",
            name,
            location(),
            length,
            offset));
  }

  private long size(String name) {
    return place
        .client()
        .headObject(request -> request.bucket(place.bucket()).key(place.key(name)))
        .contentLength();
  }

  @Override
  public byte[] read(String name) throws IOException {
    ObjectNames.check(name);
    return translated(name, () -> get(name, null, Integer.MAX_VALUE - Long.BYTES));
  }

  /** What there is of an object in a range, all without one. */
  private byte[] get(String name, @Nullable String range, int maxBytes) throws IOException {
    GetObjectRequest request =
        GetObjectRequest.builder().bucket(place.bucket()).key(place.key(name)).range(range).build();
    try (ResponseInputStream<GetObjectResponse> in = place.client().getObject(request)) {
      try {
        return readAll(name, in, checkedSize(name, in.response(), range, maxBytes));
      } catch (IOException e) {
        in.abort();
        throw e;
      }
    }
  }

  /** How long an answer is, if it is one to what was asked. */
  private int checkedSize(
      String name, GetObjectResponse answer, @Nullable String range, int maxBytes)
      throws IOException {
    Long size = answer.contentLength();
    if (size == null || (range != null && answer.contentRange() == null)) {
      throw new IOException(
          String.format(
              Locale.ROOT,
              "%s was asked for %s of %s and answered without %s: use a store that keeps to S3's"
                  + " protocol, and nothing on the way to it that changes answers",
              location(),
              range == null ? "all" : range,
              name,
              size == null ? "a length" : "the range"));
    }
    if (size > maxBytes) {
      throw new IOException(
          String.format(
              Locale.ROOT,
              "%s in %s has %d bytes where %d at most were to be read",
              name,
              location(),
              size,
              maxBytes));
    }
    return size.intValue();
  }

  private byte[] readAll(String name, ResponseInputStream<GetObjectResponse> in, int size)
      throws BrokenAnswerException {
    byte[] bytes;
    try {
      bytes = in.readNBytes(size);
    } catch (IOException e) {
      throw new BrokenAnswerException(brokenOff(name), e);
    }
    if (bytes.length < size) {
      throw new BrokenAnswerException(brokenOff(name), new EOFException());
    }
    return bytes;
  }

  private String brokenOff(String name) {
    return String.format(Locale.ROOT, "the answer with %s from %s broke off", name, location());
  }

  /** Sends what reads an object, with failures as the contract has them. */
  private <T> T translated(String name, Attempts.Request<T> request) throws IOException {
    try {
      return attempts.run(request);
    } catch (SdkException e) {
      if (S3Place.isMissing(e) && !S3Place.isMissingBucket(e)) {
        throw missing(name, "no such object in " + location(), e);
      }
      throw failed(name + " could not be read", e);
    }
  }

  private static NoSuchFileException missing(String name, String reason, SdkException cause) {
    NoSuchFileException missing = new NoSuchFileException(name, null, reason);
    missing.initCause(cause);
    return missing;
  }

  private IOException failed(String what, SdkException e) {
    return new IOException(
        String.format(Locale.ROOT, "%s in %s: %s", what, location(), S3Place.reason(e)), e);
  }

  @Override
  public List<StoredObject> list(String directory) throws IOException {
    ObjectNames.checkDirectory(directory);
    try {
      return objects(directory);
    } catch (SdkException e) {
      throw failed("the objects of '" + directory + "' could not be listed", e);
    }
  }

  private List<StoredObject> objects(String directory) throws IOException {
    String prefix = place.key(directory.isEmpty() ? "" : directory + "/");
    List<StoredObject> found = new ArrayList<>();
    String token = null;
    do {
      String from = token;
      ListObjectsV2Response page = attempts.run(() -> page(prefix, from));
      for (S3Object object : page.contents()) {
        String part = object.key().substring(prefix.length());
        if (ObjectNames.isPart(part)) {
          found.add(new StoredObject(ObjectNames.child(directory, part), object.size()));
        }
      }
      token = page.nextContinuationToken();
    } while (token != null);
    found.sort(Comparator.comparing(StoredObject::name));
    return List.copyOf(found);
  }

  private ListObjectsV2Response page(String prefix, @Nullable String token) {
    return place
        .client()
        .listObjectsV2(
            ListObjectsV2Request.builder()
                .bucket(place.bucket())
                .prefix(prefix)
                .delimiter("/")
                .continuationToken(token)
                .build());
  }

  @Override
  public void delete(String name) throws IOException {
    ObjectNames.check(name);
    checkWritable();
    try {
      attempts.run(
          () ->
              place
                  .client()
                  .deleteObject(request -> request.bucket(place.bucket()).key(place.key(name))));
    } catch (SdkException e) {
      throw failed(name + " could not be deleted", e);
    }
  }

  @Override
  public void sweep() throws IOException {
    checkWritable();
    try {
      probe.sweep();
    } catch (SdkException e) {
      throw failed("what a crash has left could not be deleted", e);
    }
  }

  @Override
  public void close() {
    place.close();
  }
}
