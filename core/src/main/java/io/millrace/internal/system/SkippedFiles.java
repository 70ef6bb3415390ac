package io.millrace.internal.system;

import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Warns of each file that is passed over once, and not at each listing; of the last {@value #MAX}
 * files, that is. Safe for concurrent use.
 */
final class SkippedFiles {

  private static final Logger LOG = LoggerFactory.getLogger(SkippedFiles.class);
  private static final int MAX = 1_000;

  private final Set<Path> warned = new LinkedHashSet<>();

  void warn(Path path, String reason) {
    if (isFirst(path)) {
      LOG.warn("{} is not read: {}", path, reason);
    }
  }

  private synchronized boolean isFirst(Path path) {
    if (!warned.add(path)) {
      return false;
    }
    if (warned.size() > MAX) {
      warned.remove(warned.iterator().next());
    }
    return true;
  }
}
