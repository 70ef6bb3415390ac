package io.millrace.s3;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.regions.providers.DefaultAwsRegionProviderChain;
import software.amazon.awssdk.retries.DefaultRetryStrategy;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;

/** A place in a bucket and a client for it that nobody shares. Safe for concurrent use. */
final class S3Place implements AutoCloseable {

  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
  // For each piece of an answer.
  private static final Duration READ_TIMEOUT = Duration.ofSeconds(20);

  private static final int MOVED = 301;
  private static final int DENIED = 403;
  private static final int MISSING = 404;

  private final S3Location location;
  private final S3Client client;
  private final SdkHttpClient http;
  private final DefaultCredentialsProvider credentials;

  private S3Place(
      S3Location location,
      S3Client client,
      SdkHttpClient http,
      DefaultCredentialsProvider credentials) {
    this.location = location;
    this.client = client;
    this.http = http;
    this.credentials = credentials;
  }

  /**
   * A place that nothing has been asked of yet.
   *
   * @throws IOException if there are no credentials or no region
   */
  static S3Place of(S3Location location) throws IOException {
    Region region = region(location);
    DefaultCredentialsProvider credentials = DefaultCredentialsProvider.builder().build();
    SdkHttpClient http =
        UrlConnectionHttpClient.builder()
            .connectionTimeout(CONNECT_TIMEOUT)
            .socketTimeout(READ_TIMEOUT)
            .build();
    try {
      requireCredentials(location, credentials);
      return new S3Place(location, client(location, region, http, credentials), http, credentials);
    } catch (IOException | RuntimeException e) {
      http.close();
      credentials.close();
      throw e;
    }
  }

  private static void requireCredentials(
      S3Location location, DefaultCredentialsProvider credentials) throws IOException {
    try {
      credentials.resolveCredentials();
    } catch (SdkClientException e) {
      throw new IOException(
          location.text()
              + " can't be reached without credentials, and none were found: set AWS_ACCESS_KEY_ID"
              + " and AWS_SECRET_ACCESS_KEY, or a profile in ~/.aws/credentials, or give the"
              + " machine a role",
          e);
    }
  }

  private static S3Client client(
      S3Location location,
      Region region,
      SdkHttpClient http,
      DefaultCredentialsProvider credentials) {
    S3ClientBuilder builder =
        S3Client.builder()
            .httpClient(http)
            .credentialsProvider(credentials)
            .region(region)
            // Puts carry a checksum of their own; not all stores know the client's way of it.
            .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
            .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
            .overrideConfiguration(
                settings -> settings.retryStrategy(DefaultRetryStrategy.doNotRetry()));
    if (location.isPathStyle()) {
      builder.forcePathStyle(true);
    }
    location.endpoint().ifPresent(builder::endpointOverride);
    return builder.build();
  }

  private static Region region(S3Location location) throws IOException {
    Optional<String> named = location.region();
    if (named.isPresent()) {
      return Region.of(named.get());
    }
    if (location.endpoint().isPresent()) {
      // What other stores take when they have no regions.
      return Region.US_EAST_1;
    }
    try {
      return new DefaultAwsRegionProviderChain().getRegion();
    } catch (SdkClientException e) {
      throw new IOException(
          location.text()
              + " does not say which region its bucket is in: append ?region=eu-west-1, or set"
              + " AWS_REGION",
          e);
    }
  }

  S3Location location() {
    return location;
  }

  S3Client client() {
    return client;
  }

  String bucket() {
    return location.bucket();
  }

  /** Key of an object, or of what else is kept beneath the place. */
  String key(String name) {
    return location.prefix() + name;
  }

  /** What a failure means for who has asked for this place, and what to do about it. */
  IOException unusable(SdkException e) {
    return new IOException(
        String.format(
            Locale.ROOT, "%s can't be used (%s): %s", location.text(), reason(e), remedy(e)),
        e);
  }

  private String remedy(SdkException e) {
    if (!(e instanceof AwsServiceException refusal)) {
      return Attempts.isOfNetwork(e)
          ? "check that "
              + location.endpoint().map(URI::toString).orElse("the network to Amazon S3")
              + " can be reached from this machine"
          : "check the location";
    }
    Optional<String> otherRegion =
        Optional.ofNullable(refusal.awsErrorDetails())
            .flatMap(
                details -> details.sdkHttpResponse().firstMatchingHeader("x-amz-bucket-region"))
            .filter(region -> !location.region().equals(Optional.of(region)));
    if (otherRegion.isPresent() && refusal.statusCode() != DENIED) {
      return "the bucket is in another region: say region=" + otherRegion.get();
    }
    return switch (refusal.statusCode()) {
      case MISSING -> "create the bucket " + location.bucket() + ", or check its name and endpoint";
      case MOVED -> "say the region that the bucket is in, as region=";
      case DENIED ->
          "check the credentials, and that they may list the bucket and get, put and delete its"
              + " objects";
      default -> "check the location and the state of the store";
    };
  }

  /** A failure in a few words. */
  static String reason(SdkException e) {
    if (e instanceof AwsServiceException refusal && refusal.awsErrorDetails() != null) {
      return String.format(
          Locale.ROOT,
          "status %d, %s: %s",
          refusal.statusCode(),
          refusal.awsErrorDetails().errorCode(),
          refusal.awsErrorDetails().errorMessage());
    }
    return String.valueOf(e.getMessage());
  }

  /** Whether what was asked for is not there, be it an object or the bucket. */
  static boolean isMissing(SdkException e) {
    return e instanceof AwsServiceException refusal && refusal.statusCode() == MISSING;
  }

  static boolean isMissingBucket(SdkException e) {
    return isMissing(e)
        && e instanceof AwsServiceException refusal
        && refusal.awsErrorDetails() != null
        && "NoSuchBucket".equals(refusal.awsErrorDetails().errorCode());
  }

  @Override
  public void close() {
    client.close();
    http.close();
    credentials.close();
  }
}
