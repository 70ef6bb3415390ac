package io.millrace.internal.serialization;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Looks up where a method is in its source file, by reading the class file: reflection does not
 * tell, and the body of a lambda is on no stack when its function is checked.
 *
 * <p>Reads as much of the format (JVM specification, chapter 4) as is needed: constants, methods
 * with their {@code LineNumberTable}, and {@code SourceFile}.
 */
final class SourceLines {
  private static final int MAGIC = 0xCAFEBABE;

  private final DataInputStream in;

  /** The UTF-8 constants by index; null for constants of other kinds. */
  private final @Nullable String[] names;

  private int line;
  private @Nullable String sourceFile;

  private SourceLines(DataInputStream in, int constantCount) {
    this.in = in;
    this.names = new String[constantCount];
  }

  /**
   * The place of a method such as {@code Job.java:42}. Empty if the class was compiled without line
   * numbers or its class file is not at hand.
   *
   * @param className with slashes
   */
  static Optional<String> find(
      @Nullable ClassLoader loader, String className, String method, String descriptor) {
    if (loader == null) {
      return Optional.empty();
    }
    try (InputStream file = loader.getResourceAsStream(className + ".class")) {
      return file == null ? Optional.empty() : read(file, method, descriptor);
    } catch (IOException | RuntimeException e) {
      // The line is a courtesy in another error's message; that error is what counts.
      return Optional.empty();
    }
  }

  private static Optional<String> read(InputStream file, String method, String descriptor)
      throws IOException {
    DataInputStream in = new DataInputStream(new BufferedInputStream(file));
    if (in.readInt() != MAGIC) {
      return Optional.empty();
    }
    in.skipNBytes(4); // version
    SourceLines lines = new SourceLines(in, in.readUnsignedShort());
    lines.readClass(method, descriptor);
    return lines.line == 0 || lines.sourceFile == null
        ? Optional.empty()
        : Optional.of(lines.sourceFile + ":" + lines.line);
  }

  private void readClass(String method, String descriptor) throws IOException {
    readConstants();
    in.skipNBytes(6); // access flags, this class, superclass
    in.skipNBytes(2L * in.readUnsignedShort()); // interfaces
    readMembers("", ""); // fields
    readMembers(method, descriptor);
    int attributes = in.readUnsignedShort();
    for (int i = 0; i < attributes; i++) {
      String name = names[in.readUnsignedShort()];
      int length = in.readInt();
      if ("SourceFile".equals(name)) {
        sourceFile = names[in.readUnsignedShort()];
      } else {
        in.skipNBytes(length);
      }
    }
  }

  private void readConstants() throws IOException {
    for (int i = 1; i < names.length; i++) {
      int tag = in.readUnsignedByte();
      switch (tag) {
        case 1 -> names[i] = in.readUTF();
        case 7, 8, 16, 19, 20 -> in.skipNBytes(2);
        case 15 -> in.skipNBytes(3);
        case 3, 4, 9, 10, 11, 12, 17, 18 -> in.skipNBytes(4);
        case 5, 6 -> {
          in.skipNBytes(8);
          i++; // long and double take two indexes
        }
        default -> throw new IOException("unknown constant " + tag);
      }
    }
  }

  private void readMembers(String wantedName, String wantedDescriptor) throws IOException {
    int members = in.readUnsignedShort();
    for (int i = 0; i < members; i++) {
      in.skipNBytes(2); // access flags
      boolean isWantedName = wantedName.equals(names[in.readUnsignedShort()]);
      boolean isWanted = wantedDescriptor.equals(names[in.readUnsignedShort()]) && isWantedName;
      int attributes = in.readUnsignedShort();
      for (int j = 0; j < attributes; j++) {
        String name = names[in.readUnsignedShort()];
        int length = in.readInt();
        if (isWanted && "Code".equals(name)) {
          readCode();
        } else {
          in.skipNBytes(length);
        }
      }
    }
  }

  private void readCode() throws IOException {
    in.skipNBytes(4); // stack and locals
    in.skipNBytes(in.readInt()); // instructions
    in.skipNBytes(8L * in.readUnsignedShort()); // exception table
    int attributes = in.readUnsignedShort();
    for (int i = 0; i < attributes; i++) {
      String name = names[in.readUnsignedShort()];
      int length = in.readInt();
      if (line == 0 && "LineNumberTable".equals(name) && length >= 6) {
        in.skipNBytes(4); // count of entries, first instruction
        line = in.readUnsignedShort();
        in.skipNBytes(length - 6L);
      } else {
        in.skipNBytes(length);
      }
    }
  }
}
