package io.millrace.s3;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * One S3Proxy for all tests of a JVM: a process of its own, with its own class path, that keeps
 * buckets in memory and ends with the tests.
 */
final class S3Server {

  static final String BUCKET = "checkpoints";

  private static final String IDENTITY = "tester";
  private static final String CREDENTIAL = "secret of the tester";
  private static final Pattern LISTENING = Pattern.compile("127\\.0\\.0\\.1:(\\d+)}");
  private static final URI ENDPOINT = start();

  private S3Server() {}

  private static URI start() {
    // Found there by the client's default chain, as those of a program would be.
    System.setProperty("aws.accessKeyId", IDENTITY);
    System.setProperty("aws.secretAccessKey", CREDENTIAL);
    try {
      URI endpoint = URI.create("http://127.0.0.1:" + startProcess());
      createBucket(endpoint);
      return endpoint;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static int startProcess() throws IOException {
    Path directory = Files.createTempDirectory("s3proxy");
    Path settings = directory.resolve("s3proxy.conf");
    Files.writeString(
        settings,
        String.join(
            "\n",
            "s3proxy.endpoint=http://127.0.0.1:0",
            "s3proxy.authorization=aws-v2-or-v4",
            "s3proxy.identity=" + IDENTITY,
            "s3proxy.credential=" + CREDENTIAL,
            "jclouds.provider=transient-nio2",
            "jclouds.identity=" + IDENTITY,
            "jclouds.credential=" + CREDENTIAL));
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-cp",
                System.getProperty("s3proxy.jar") + File.pathSeparator + testClasses(),
                S3ProxyProcess.class.getName(),
                "--properties",
                settings.toString())
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(Redirect.PIPE)
            .start();
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
    BufferedReader output =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    StringBuilder said = new StringBuilder();
    for (String line = output.readLine(); line != null; line = output.readLine()) {
      said.append(line).append('\n');
      Matcher listening = LISTENING.matcher(line);
      if (listening.find()) {
        drain(output);
        return Integer.parseInt(listening.group(1));
      }
    }
    process.destroyForcibly();
    throw new IOException("S3Proxy did not start:\n" + said);
  }

  private static Path testClasses() {
    return Path.of(
        URI.create(
            S3ProxyProcess.class.getProtectionDomain().getCodeSource().getLocation().toString()));
  }

  private static void drain(BufferedReader output) {
    Thread reader = new Thread(() -> output.lines().forEach(line -> {}), "s3proxy-output");
    reader.setDaemon(true);
    reader.start();
  }

  private static void createBucket(URI endpoint) throws IOException {
    try (S3Place place = S3Place.of(S3Location.parse(location(endpoint, "")))) {
      S3Client client = place.client();
      client.createBucket(request -> request.bucket(BUCKET));
    }
  }

  static URI endpoint() {
    return ENDPOINT;
  }

  /** A place in the bucket that nobody has used. */
  static String newPlace() {
    return location(ENDPOINT, "places/" + UUID.randomUUID());
  }

  /** A place in the bucket, reached by an endpoint. */
  static String location(URI endpoint, String path) {
    return "s3://" + BUCKET + "/" + path + "?endpoint=" + endpoint + "&pathStyle=true";
  }
}
