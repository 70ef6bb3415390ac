package io.millrace.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.testkit.PlantedBugSink.Bug;
import io.millrace.testkit.SinkContract.Entry;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The contract lets a right sink pass and finds each of the mistakes that one can make. */
class SinkContractTest {

  @Test
  void contract_letsARightSinkPass() throws Exception {
    assertThat(failures(Bug.NONE)).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
  void contract_findsEachPlantedBug(Bug bug) throws Exception {
    assertThat(failures(bug)).isNotEmpty();
  }

  /** Names of the tests that fail. */
  private static Set<String> failures(Bug bug) throws Exception {
    List<Method> tests =
        Arrays.stream(SinkContract.class.getDeclaredMethods())
            .filter(method -> method.isAnnotationPresent(Test.class))
            .toList();
    assertThat(tests).hasSizeGreaterThan(20);
    Set<String> failures = new TreeSet<>();
    for (Method test : tests) {
      SinkContract<Entry> contract =
          new SinkContract<>() {
            @Override
            protected Target<Entry> freshTarget() {
              return new PlantedBugSink(bug);
            }
          };
      contract.makeTarget();
      try {
        test.invoke(contract);
      } catch (InvocationTargetException e) {
        failures.add(test.getName());
      } finally {
        contract.closeAll();
      }
    }
    return failures;
  }
}
