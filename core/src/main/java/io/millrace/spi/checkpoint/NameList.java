package io.millrace.spi.checkpoint;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.InflaterInputStream;

/**
 * Many names, as of files, in few bytes: sorted, each without the characters that it shares with
 * the one before (front coding), and compressed.
 *
 * <pre>
 * names   number (4), name*
 * name    shared characters (4), length of the rest in bytes (4), the rest in UTF-8
 * </pre>
 */
public final class NameList {

  private NameList() {}

  /** Names, each of them once, in any order. */
  public static byte[] encode(Collection<String> names) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out =
        new DataOutputStream(new BufferedOutputStream(new DeflaterOutputStream(bytes)))) {
      out.writeInt(names.size());
      String before = "";
      for (String name : names.stream().sorted().toList()) {
        int shared = shared(before, name);
        byte[] rest = name.substring(shared).getBytes(StandardCharsets.UTF_8);
        out.writeInt(shared);
        out.writeInt(rest.length);
        out.write(rest);
        before = name;
      }
    } catch (IOException e) {
      throw new IllegalStateException("memory does not fail to be written", e);
    }
    return bytes.toByteArray();
  }

  /**
   * The names, in order.
   *
   * @throws IllegalArgumentException if the bytes are not those of a list of names
   */
  public static List<String> decode(byte[] bytes) {
    try (DataInputStream in =
        new DataInputStream(
            new BufferedInputStream(new InflaterInputStream(new ByteArrayInputStream(bytes))))) {
      int count = in.readInt();
      List<String> names = new ArrayList<>();
      String before = "";
      for (int i = 0; i < count; i++) {
        int shared = in.readInt();
        byte[] rest = in.readNBytes(in.readInt());
        before = before.substring(0, shared) + new String(rest, StandardCharsets.UTF_8);
        names.add(before);
      }
      return names;
    } catch (IOException | IndexOutOfBoundsException e) {
      throw new IllegalArgumentException("these bytes are not a list of names", e);
    }
  }

  /** Characters at the start, without half of a surrogate pair at the end. */
  private static int shared(String a, String b) {
    int max = Math.min(a.length(), b.length());
    int count = 0;
    while (count < max && a.charAt(count) == b.charAt(count)) {
      count++;
    }
    return count > 0 && Character.isHighSurrogate(a.charAt(count - 1)) ? count - 1 : count;
  }
}
