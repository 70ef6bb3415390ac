package io.millrace.internal.system;

import java.nio.file.FileSystems;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * Permissions of files that the owner of the process alone may read, from the moment they are
 * there; none where the file system has no such permissions.
 */
final class OwnerOnly {

  private static final boolean IS_POSIX =
      FileSystems.getDefault().supportedFileAttributeViews().contains("posix");

  private OwnerOnly() {}

  static FileAttribute<?>[] file() {
    return permissions("rw-------");
  }

  static FileAttribute<?>[] directory() {
    return permissions("rwx------");
  }

  private static FileAttribute<?>[] permissions(String text) {
    return IS_POSIX
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(text))
        }
        : new FileAttribute<?>[0];
  }
}
