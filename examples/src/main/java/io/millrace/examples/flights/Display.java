package io.millrace.examples.flights;

/** Shows how the demo goes. Must not hold up batches: {@link #show} is called between two. */
interface Display extends AutoCloseable {

  Display NONE =
      new Display() {
        @Override
        public void show(Frame frame) {}

        @Override
        public void close() {}
      };

  void show(Frame frame);

  /** Shows what is still to be shown. */
  @Override
  void close();
}
