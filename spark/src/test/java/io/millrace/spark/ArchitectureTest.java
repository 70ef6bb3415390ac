package io.millrace.spark;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/** The engine on Spark knows the contract of engines, and what runs a stage within a task. */
class ArchitectureTest {

  private static final JavaClasses MODULE =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("io.millrace.spark");

  private static void check(ArchRule rule) {
    rule.check(MODULE);
  }

  @Test
  void engine_knowsPlansAndTasks_notStreams() {
    check(
        classes()
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                "java..",
                "org.jspecify..",
                "org.slf4j..",
                "scala..",
                "org.apache.spark..",
                "io.millrace",
                "io.millrace.codec..",
                "io.millrace.function..",
                "io.millrace.spi..",
                "io.millrace.spark..",
                "io.millrace.internal.embedded..",
                "io.millrace.internal.pipeline..",
                "io.millrace.internal.state..",
                "io.millrace.internal.serialization..",
                "io.millrace.internal.system.."));
  }

  /** What is shared with the embedded engine is what runs a stage, not what schedules it. */
  @Test
  void ofTheEmbeddedEngine_onlyTheRunningOfStagesIsUsed() {
    check(
        noClasses()
            .should()
            .dependOnClassesThat()
            .haveNameMatching("io\\.millrace\\.internal\\.embedded\\.Embedded.*"));
  }

  /** It says so itself when Spark is missing. */
  @Test
  void theProvider_linksWithoutSpark() {
    check(
        noClasses()
            .that()
            .belongToAnyOf(SparkEngineProvider.class, SparkVersion.class, SparkMaster.class)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.apache.spark..", "scala.."));
  }

  @Test
  void packages_areNullMarked() {
    assertThat(
            MODULE.stream()
                .map(JavaClass::getPackage)
                .distinct()
                .filter(each -> !each.isAnnotatedWith(NullMarked.class)))
        .isEmpty();
  }

  @Test
  void startsNoThreadsAndPrintsNothing() {
    check(noClasses().should().dependOnClassesThat().haveSimpleNameEndingWith("ExecutorService"));
    check(noClasses().should().accessField(System.class, "out"));
    check(noClasses().should().accessField(System.class, "err"));
  }

  /** Carried is made by Java's serialization, the provider by the service loader. */
  @Test
  void whatIsPublic_isWhatOthersMake() {
    assertThat(
            MODULE.stream()
                .filter(type -> type.getModifiers().contains(JavaModifier.PUBLIC))
                .filter(JavaClass::isTopLevelClass)
                .map(JavaClass::getSimpleName))
        .containsExactlyInAnyOrder("SparkEngineProvider", "Carried");
  }
}
