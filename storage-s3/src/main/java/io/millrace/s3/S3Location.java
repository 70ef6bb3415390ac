package io.millrace.s3;

import io.millrace.spi.checkpoint.ShownLocation;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A place in a bucket: {@code s3://bucket/prefix?endpoint=…&region=…&pathStyle=…}. All that a
 * process needs to reach it but for the credentials, so that those who are given the location and
 * nothing else get to the same place.
 *
 * @param text as the user gave it, for messages
 * @param prefix of the keys of all objects, ends with {@code /} or is empty
 * @param endpoint of a store other than Amazon's
 * @param region empty for the one that the environment says
 * @param isPathStyle whether the bucket is in the path of requests and not in the host name
 */
record S3Location(
    String text,
    String bucket,
    String prefix,
    Optional<URI> endpoint,
    Optional<String> region,
    boolean isPathStyle) {

  private static final String FORM =
      "s3://bucket/path?endpoint=https://host:port&region=name&pathStyle=true, all after the bucket"
          + " optional";
  private static final String ENDPOINT = "endpoint";
  private static final String REGION = "region";
  private static final String PATH_STYLE = "pathStyle";
  private static final List<String> PARAMETERS = List.of(ENDPOINT, REGION, PATH_STYLE);
  private static final Pattern BUCKET = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{1,61}[a-z0-9]");
  private static final Pattern REGION_NAME = Pattern.compile("[a-z0-9-]+");

  static S3Location parse(String text) throws IOException {
    if (text.indexOf('@') >= 0 && text.indexOf('@') < endOfPath(text)) {
      throw new IOException(
          "a location in S3 has no credentials in it, since it is kept and printed in many places:"
              + " set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or use a profile or a role");
    }
    URI uri =
        uri(text)
            .orElseThrow(
                () -> new IOException(shown(text) + " is not a location in S3. " + like()));
    String authority = uri.getRawAuthority();
    if (authority == null || !BUCKET.matcher(authority).matches() || uri.getFragment() != null) {
      throw new IOException(
          String.format(
              Locale.ROOT,
              "%s is not a location in S3: what follows s3:// is the name of a bucket; a host goes"
                  + " into endpoint=. %s",
              shown(text),
              like()));
    }
    Map<String, String> parameters = parameters(text, uri.getRawQuery());
    return new S3Location(
        text,
        authority,
        prefix(text, uri.getPath()),
        endpoint(text, parameters.get(ENDPOINT)),
        region(text, parameters.get(REGION)),
        isTrue(text, parameters.get(PATH_STYLE)));
  }

  /** Where parameters begin; a key may have a question mark, so only these count. */
  private static int endOfPath(String text) {
    int end = text.length();
    for (String parameter : PARAMETERS) {
      int found = text.indexOf("?" + parameter + "=");
      end = found >= 0 ? Math.min(end, found) : end;
    }
    return end;
  }

  private static String shown(String text) {
    return ShownLocation.of(text);
  }

  private static String like() {
    return "It is like " + FORM;
  }

  private static String prefix(String text, @Nullable String path) throws IOException {
    String inner = path == null ? "" : path.replaceAll("^/+|/+$", "");
    if (inner.isEmpty()) {
      return "";
    }
    for (String part : inner.split("/", -1)) {
      if (part.isEmpty() || part.equals(".") || part.equals("..")) {
        throw new IOException(
            shown(text) + " is not a location in S3: '" + part + "' can't be a part of its path");
      }
    }
    return inner + "/";
  }

  private static Map<String, String> parameters(String text, @Nullable String query)
      throws IOException {
    Map<String, String> parameters = new TreeMap<>();
    if (query == null) {
      return parameters;
    }
    for (String parameter : query.split("&", -1)) {
      int equals = parameter.indexOf('=');
      String name = decode(equals < 0 ? parameter : parameter.substring(0, equals));
      String value = equals < 0 ? "" : decode(parameter.substring(equals + 1));
      if (!PARAMETERS.contains(name)) {
        throw new IOException(
            String.format(
                Locale.ROOT,
                "%s has the parameter '%s', which does not exist; did you mean %s? There are %s",
                shown(text),
                name,
                nearest(name),
                String.join(", ", PARAMETERS)));
      }
      if (value.isEmpty() || parameters.put(name, value) != null) {
        throw new IOException(
            String.format(
                Locale.ROOT, "%s has to say %s once, with a value. %s", shown(text), name, like()));
      }
    }
    return parameters;
  }

  private static String decode(String text) {
    return URLDecoder.decode(text, StandardCharsets.UTF_8);
  }

  private static Optional<URI> endpoint(String text, @Nullable String value) throws IOException {
    if (value == null) {
      return Optional.empty();
    }
    Optional<URI> uri = uri(value);
    boolean isEndpoint =
        uri.isPresent()
            && List.of("http", "https").contains(String.valueOf(uri.get().getScheme()))
            && uri.get().getHost() != null
            && uri.get().getUserInfo() == null;
    if (isEndpoint) {
      return uri;
    }
    throw notAnEndpoint(text, value);
  }

  private static Optional<URI> uri(String value) {
    try {
      return Optional.of(new URI(value));
    } catch (URISyntaxException e) {
      return Optional.empty(); // told by who asks, without quoting a value that may have a secret
    }
  }

  private static IOException notAnEndpoint(String text, String value) {
    return new IOException(
        String.format(
            Locale.ROOT,
            "%s has an endpoint%s that is not like https://host:port",
            shown(text),
            value.indexOf('@') < 0 ? " '" + value + "'" : ""));
  }

  private static Optional<String> region(String text, @Nullable String value) throws IOException {
    if (value != null && !REGION_NAME.matcher(value).matches()) {
      throw new IOException(
          String.format(
              Locale.ROOT,
              "%s has the region '%s', which is not like eu-west-1",
              shown(text),
              value));
    }
    return Optional.ofNullable(value);
  }

  private static boolean isTrue(String text, @Nullable String value) throws IOException {
    if (value != null && !value.equals("true") && !value.equals("false")) {
      throw new IOException(
          String.format(
              Locale.ROOT,
              "%s has %s=%s, which is neither true nor false",
              shown(text),
              PATH_STYLE,
              value));
    }
    return "true".equals(value);
  }

  private static String nearest(String name) {
    return PARAMETERS.stream().min(Comparator.comparing(known -> distance(known, name))).get();
  }

  /** How many letters have to be put in, taken out or changed (Levenshtein 1966). */
  private static int distance(String from, String to) {
    int[] previous = new int[to.length() + 1];
    Arrays.setAll(previous, i -> i);
    for (int i = 1; i <= from.length(); i++) {
      int[] row = new int[to.length() + 1];
      row[0] = i;
      for (int j = 1; j <= to.length(); j++) {
        int change = from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1;
        row[j] = Math.min(previous[j - 1] + change, 1 + Math.min(previous[j], row[j - 1]));
      }
      previous = row;
    }
    return previous[to.length()];
  }
}
