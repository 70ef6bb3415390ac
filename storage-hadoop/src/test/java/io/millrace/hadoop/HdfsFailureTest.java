package io.millrace.hadoop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.spi.checkpoint.CheckpointStorage;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.apache.hadoop.hdfs.MiniDFSCluster;
import org.apache.hadoop.hdfs.MiniDFSCluster.DataNodeProperties;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the contract promises, over a cluster whose nodes stop. */
@Tag("slow")
@Timeout(120)
class HdfsFailureTest {

  private static final int NUM_PIECES = 8;
  private static final int PIECE_BYTES = 1 << 20;

  private static MiniDFSCluster cluster;
  private CheckpointStorage storage;

  @BeforeAll
  static void startCluster() {
    cluster = Cluster.start(2);
  }

  @AfterAll
  static void stopCluster() {
    cluster.shutdown();
  }

  @BeforeEach
  void openStorage() throws IOException {
    storage =
        new HadoopCheckpointStorageProvider()
            .open(Cluster.root(cluster) + "/places/" + UUID.randomUUID());
  }

  @AfterEach
  void closeStorage() throws IOException {
    storage.close();
  }

  private static ByteBuffer bytes(int value) {
    return ByteBuffer.wrap(new byte[] {(byte) value});
  }

  /** What happens when a store asks for a piece of what it writes. */
  private interface Event {
    void happen() throws IOException;
  }

  /** Several megabytes, in the middle of which something happens. */
  private static List<ByteBuffer> interrupted(Event event) {
    return new AbstractList<>() {
      @Override
      public ByteBuffer get(int index) {
        if (index == NUM_PIECES / 2) {
          try {
            event.happen();
          } catch (IOException e) {
            throw new AssertionError(e);
          }
        }
        return ByteBuffer.wrap(piece(index));
      }

      @Override
      public int size() {
        return NUM_PIECES;
      }
    };
  }

  private static byte[] piece(int index) {
    byte[] piece = new byte[PIECE_BYTES];
    Arrays.fill(piece, (byte) (index + 1));
    return piece;
  }

  private static void restart(List<DataNodeProperties> nodes) throws Exception {
    for (DataNodeProperties node : nodes) {
      cluster.restartDataNode(node, true);
    }
    cluster.waitActive();
  }

  @Test
  void put_whileOneDataNodeStopsSucceedsWhole() throws Exception {
    List<DataNodeProperties> stopped = new ArrayList<>();
    byte[] read;
    try {
      boolean isPut =
          storage.putIfAbsent("state", interrupted(() -> stopped.add(cluster.stopDataNode(0))));
      assertThat(isPut).isTrue();
      read = storage.read("state");
    } finally {
      restart(stopped);
    }

    assertThat(read).hasSize(NUM_PIECES * PIECE_BYTES);
    for (int i = 0; i < NUM_PIECES; i++) {
      assertThat(Arrays.copyOfRange(read, i * PIECE_BYTES, (i + 1) * PIECE_BYTES))
          .isEqualTo(piece(i));
    }
  }

  @Test
  void put_whileAllDataNodesStopFailsByNameAndLeavesNothing() throws Exception {
    List<DataNodeProperties> stopped = new ArrayList<>();
    List<ByteBuffer> content =
        interrupted(
            () -> {
              stopped.add(cluster.stopDataNode(1));
              stopped.add(cluster.stopDataNode(0));
            });
    try {
      assertThatThrownBy(() -> storage.putIfAbsent("state", content))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("state could not be stored in hdfs://");
      assertThat(storage.list("")).isEmpty();
      assertThatThrownBy(() -> storage.read("state")).isInstanceOf(NoSuchFileException.class);
    } finally {
      restart(stopped);
    }

    assertThat(storage.putIfAbsent("state", bytes(2))).isTrue();
    assertThat(storage.read("state")).containsExactly(2);
  }

  @Test
  void objects_outliveTheNameNodeAndCallsFailByNameWithoutIt() throws Exception {
    storage.putIfAbsent("log/1", bytes(1));
    cluster.shutdownNameNode(0);
    try {
      assertThatThrownBy(() -> storage.putIfAbsent("log/2", bytes(2)))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("log/2 could not be stored in hdfs://");
      assertThatThrownBy(() -> storage.read("log/1"))
          .isInstanceOf(IOException.class)
          .isNotInstanceOf(NoSuchFileException.class)
          .hasMessageContaining("log/1 could not be read from hdfs://");
      assertThatThrownBy(() -> storage.list("log"))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("the objects of 'log' could not be listed in hdfs://");
      assertThatThrownBy(() -> storage.delete("log/1"))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("log/1 could not be deleted from hdfs://");
      assertThatThrownBy(storage::sweep)
          .isInstanceOf(IOException.class)
          .hasMessageContaining("what crashes have left could not be deleted from hdfs://");
    } finally {
      cluster.restartNameNode(true);
    }
    assertThat(readByANewConnection("log/1")).containsExactly(1);
    assertThat(storage.putIfAbsent("log/1", bytes(2))).isFalse();
    assertThat(storage.putIfAbsent("log/2", bytes(2))).isTrue();
    assertThat(storage.list("log")).hasSize(2);
  }

  /**
   * The first read after a restart may find its connection broken, which is no end of an object.
   */
  private byte[] readByANewConnection(String name) throws IOException {
    try {
      return storage.read(name);
    } catch (IOException e) {
      assertThat(e).isNotInstanceOf(EOFException.class).hasMessageContaining(name);
      return storage.read(name);
    }
  }
}
