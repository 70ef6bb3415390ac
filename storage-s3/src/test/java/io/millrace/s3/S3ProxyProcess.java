package io.millrace.s3;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;

/** Runs S3Proxy until the process that has started it ends, in whatever way. */
final class S3ProxyProcess {

  private S3ProxyProcess() {}

  /**
   * Does it.
   *
   * @param args those of S3Proxy
   */
  public static void main(String[] args) throws ReflectiveOperationException {
    Thread watch = new Thread(S3ProxyProcess::endWithParent, "parent");
    watch.setDaemon(true);
    watch.start();
    // Not on the class path of what compiles this.
    Class.forName("org.gaul.s3proxy.Main")
        .getMethod("main", String[].class)
        .invoke(null, (Object) args);
  }

  private static void endWithParent() {
    try {
      // Nobody says anything; the end of the stream is the end of the parent.
      System.in.transferTo(OutputStream.nullOutputStream());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      Runtime.getRuntime().halt(1);
    }
  }
}
