package io.millrace.jdbc;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * Ids as the table of markers keeps them: two that differ do so under any collation, which may
 * ignore case, accents or trailing spaces. An id of lower-case ASCII stands as it is; any other is
 * followed by {@code #} and a hash of its characters.
 */
final class ExactId {

  static final int MAX_CHARACTERS = 200;

  private static final int HASH_BYTES = 10;
  private static final Pattern PLAIN = Pattern.compile("[a-z0-9._-]{1," + MAX_CHARACTERS + "}");

  private ExactId() {}

  static String of(String id) {
    if (PLAIN.matcher(id).matches()) {
      return id;
    }
    int room = MAX_CHARACTERS - 1 - 2 * HASH_BYTES;
    return (id.length() <= room ? id : id.substring(0, room)) + "#" + hash(id);
  }

  /** The first 80 bits of SHA-256. */
  static String hash(String text) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest, 0, HASH_BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
