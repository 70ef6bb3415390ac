package io.millrace.internal.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ExecutionMemoryTest {

  /** Of which each claim may always have 100. */
  private final ExecutionMemory memory = new ExecutionMemory(800, 2);

  private final ExecutionMemory.Claim first = memory.claim();
  private final ExecutionMemory.Claim second = memory.claim();

  @Test
  void resize_saysHowMuchRoomIsLeft() {
    assertThat(first.resize(500)).isEqualTo(300);
    assertThat(second.resize(250)).isEqualTo(50);
    assertThat(memory.claimedBytes()).isEqualTo(750);
    assertThat(first.resize(100)).isEqualTo(450);
    assertThat(memory.claimedBytes()).isEqualTo(350);
  }

  @Test
  void resize_refusesWhatIsNotThereAndLeavesTheClaim() {
    assertThat(first.resize(500)).isPositive();
    assertThat(second.resize(400)).isNegative();
    assertThat(memory.claimedBytes()).isEqualTo(500);
  }

  @Test
  void resize_allowsTheMinimumWhateverOthersHold() {
    assertThat(memory.minimumBytes()).isEqualTo(100);
    first.resize(800);
    assertThat(second.resize(60)).isEqualTo(40);
    assertThat(second.resize(100)).isZero();
    assertThat(second.resize(101)).isNegative();
    assertThat(memory.claimedBytes()).isEqualTo(900);
  }

  @Test
  void tryKeep_knowsNoMinimum() {
    assertThat(first.tryKeep(800)).isTrue();
    assertThat(second.tryKeep(1)).isFalse();
    assertThat(second.tryKeep(0)).isTrue();
  }

  @Test
  void close_givesAllBack() {
    first.resize(500);
    first.close();
    first.close();
    assertThat(memory.claimedBytes()).isZero();
    assertThat(first.resize(800)).isZero();
  }
}
