package io.millrace.rdd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class StorageLevelTest {

  @Test
  void constants_meanWhatTheyMeanInSpark() {
    assertThat(StorageLevel.MEMORY_AND_DISK_SER_2)
        .isEqualTo(new StorageLevel(true, true, false, false, 2));
    assertThat(StorageLevel.MEMORY_ONLY).isEqualTo(new StorageLevel(false, true, false, true, 1));
    assertThat(StorageLevel.DISK_ONLY_3).isEqualTo(new StorageLevel(true, false, false, false, 3));
    assertThat(StorageLevel.OFF_HEAP).isEqualTo(new StorageLevel(true, true, true, false, 1));
    assertThat(StorageLevel.NONE.isValid()).isFalse();
  }

  @Test
  void methods_areTheConstants() {
    assertThat(StorageLevel.MEMORY_AND_DISK()).isSameAs(StorageLevel.MEMORY_AND_DISK);
    assertThat(StorageLevel.MEMORY_ONLY_SER_2()).isSameAs(StorageLevel.MEMORY_ONLY_SER_2);
    assertThat(StorageLevel.NONE()).isSameAs(StorageLevel.NONE);
  }

  @Test
  void fromString_findsConstantsAndListsThemOtherwise() {
    assertThat(StorageLevel.fromString("DISK_ONLY")).isSameAs(StorageLevel.DISK_ONLY);
    assertThatThrownBy(() -> StorageLevel.fromString("RAM"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("RAM")
        .hasMessageContaining("MEMORY_ONLY");
  }

  @Test
  void description_isTheOneOfLineages() {
    assertThat(StorageLevel.MEMORY_AND_DISK_2.description())
        .isEqualTo("Disk Memory Deserialized 2x Replicated");
    assertThat(StorageLevel.MEMORY_ONLY)
        .hasToString("StorageLevel(memory, deserialized, 1 replicas)");
  }

  @Test
  void constructor_refusesReplicationOutOfRange() {
    assertThatThrownBy(() -> new StorageLevel(false, true, false, true, 40))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("40");
  }
}
