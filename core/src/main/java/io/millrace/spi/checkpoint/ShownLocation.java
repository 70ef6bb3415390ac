package io.millrace.spi.checkpoint;

import java.util.List;
import java.util.regex.Pattern;

/**
 * A location of files or a checkpoint as messages may show it. Credentials in a location ({@code
 * s3://KEY:SECRET@bucket}) are refused by the storages, and must not be in the error that says so,
 * nor in any before it; a key may have any character, so what could be one is left out.
 */
public final class ShownLocation {

  private static final String SEPARATOR = "://";

  /** Azure's form has no credentials. */
  private static final Pattern CONTAINER_OF_ACCOUNT =
      Pattern.compile("(?:abfs|wasb)s?://[a-z0-9-]+@[a-z0-9.-]+(?:/[^@?]*)?");

  private static final List<String> HARMLESS_PARAMETERS =
      List.of("endpoint=", "region=", "pathStyle=");

  private ShownLocation() {}

  /**
   * Scheme, host and path, and parameters that are known to be harmless. All but the scheme is left
   * out if there is an {@code @}. Plain paths stay as they are.
   */
  public static String of(String location) {
    int scheme = location.indexOf(SEPARATOR);
    if (scheme < 0) {
      return location;
    } else if (location.indexOf('@') >= 0 && !CONTAINER_OF_ACCOUNT.matcher(location).matches()) {
      return location.substring(0, scheme + SEPARATOR.length())
          + "… (hidden, as it may hold a password)";
    }
    int query = location.indexOf('?');
    if (query < 0) {
      return location;
    }
    for (String parameter : location.substring(query + 1).split("&", -1)) {
      if (HARMLESS_PARAMETERS.stream().noneMatch(parameter::startsWith)) {
        return location.substring(0, query) + "?… (hidden, as it may hold a password)";
      }
    }
    return location;
  }
}
