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
import java.util.concurrent.atomic.AtomicBoolean;
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
 * <p>Safe for concurrent use as {@link CheckpointStorage} asks.
 */
final class S3CheckpointStorage implements CheckpointStorage {

  private static final int RANGE_BEYOND_END = 416;

  private final S3Place place;
  private final boolean isReadOnly;
  private final IoThreads threads;
  private final Attempts attempts;
  private final ConditionalPut puts;
  private final ConditionalWriteProbe probe;
  private final AtomicBoolean isClosed = new AtomicBoolean();

  /**
   * @param nonces names that nobody else draws, such as random UUIDs; safe for concurrent use
   */
  S3CheckpointStorage(
      S3Place place,
      boolean isReadOnly,
      IoThreads threads,
      Attempts attempts,
      Supplier<String> nonces) {
    this.place = place;
    this.isReadOnly = isReadOnly;
    this.threads = threads;
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
    threads.run(
        () -> {
          try {
            anything();
            probe.run();
          } catch (SdkException e) {
            throw place.unusable(e);
          }
        });
  }

  /**
   * @throws NoSuchFileException if there is nothing at the place
   */
  void requireSomething() throws IOException {
    threads.run(
        () -> {
          try {
            if (anything().contents().isEmpty()) {
              throw new NoSuchFileException(location(), null, "no objects there");
            }
          } catch (SdkException e) {
            if (S3Place.isMissing(e)) {
              throw missing(location(), e);
            }
            throw place.unusable(e);
          }
        });
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
    return threads.call(
        () -> {
          try {
            return puts.put(name, buffered);
          } catch (SdkException e) {
            throw failed(name + " could not be stored", e);
          }
        });
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
          String.format("can't read %d bytes from %d on of %s", length, offset, name));
    }
    return threads.call(() -> translated(name, () -> readPart(name, offset, length)));
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
    String range = String.format("bytes=%d-%d", offset, offset + length - 1);
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
            "%s in %s does not have %d bytes from %d on", name, location(), length, offset));
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
    return threads.call(
        () -> translated(name, () -> get(name, null, Integer.MAX_VALUE - Long.BYTES)));
  }

  /** What there is of an object in a range, all without one. */
  private byte[] get(String name, @Nullable String range, int maxBytes) throws IOException {
    GetObjectRequest request =
        GetObjectRequest.builder().bucket(place.bucket()).key(place.key(name)).range(range).build();
    try (ResponseInputStream<GetObjectResponse> in = place.client().getObject(request)) {
      long size = in.response().contentLength();
      if (size > maxBytes) {
        in.abort();
        throw new IOException(
            String.format(
                "%s in %s has %d bytes where %d at most were to be read",
                name, location(), size, maxBytes));
      }
      return readAll(name, in, (int) size);
    }
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
    return String.format("the answer with %s from %s broke off", name, location());
  }

  /** Sends what reads an object, with failures as the contract has them. */
  private <T> T translated(String name, Attempts.Request<T> request) throws IOException {
    try {
      return attempts.run(request);
    } catch (SdkException e) {
      if (S3Place.isMissing(e) && !isOfBucket(e)) {
        throw missing(name, e);
      }
      throw failed(name + " could not be read", e);
    }
  }

  private static boolean isOfBucket(SdkException e) {
    return S3Place.reason(e).contains("NoSuchBucket");
  }

  private NoSuchFileException missing(String name, SdkException cause) {
    NoSuchFileException missing =
        new NoSuchFileException(name, null, "no such object in " + location());
    missing.initCause(cause);
    return missing;
  }

  private IOException failed(String what, SdkException e) {
    return new IOException(String.format("%s in %s: %s", what, location(), S3Place.reason(e)), e);
  }

  @Override
  public List<StoredObject> list(String directory) throws IOException {
    ObjectNames.checkDirectory(directory);
    return threads.call(
        () -> {
          try {
            return objects(directory);
          } catch (SdkException e) {
            throw failed("the objects of '" + directory + "' could not be listed", e);
          }
        });
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
    threads.run(
        () -> {
          try {
            attempts.run(
                () ->
                    place
                        .client()
                        .deleteObject(
                            request -> request.bucket(place.bucket()).key(place.key(name))));
          } catch (SdkException e) {
            throw failed(name + " could not be deleted", e);
          }
        });
  }

  @Override
  public void sweep() throws IOException {
    checkWritable();
    threads.run(
        () -> {
          try {
            probe.sweep();
          } catch (SdkException e) {
            throw failed("what a crash has left could not be deleted", e);
          }
        });
  }

  @Override
  public void close() {
    if (isClosed.compareAndSet(false, true)) {
      threads.close();
      place.close();
    }
  }
}
