package io.millrace.s3;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import org.junit.jupiter.api.Test;

/** A store knows the contract that it implements, and nothing of who stores something. */
class ArchitectureTest {

  private static final JavaClasses MODULE =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("io.millrace.s3");

  private static void check(ArchRule rule) {
    rule.check(MODULE);
  }

  @Test
  void store_knowsTheContractAlone() {
    check(
        classes()
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                "java..",
                "javax.xml.stream..",
                "org.jspecify..",
                "software.amazon.awssdk..",
                "io.millrace.s3..",
                "io.millrace.spi.checkpoint"));
  }

  @Test
  void threadsAreStartedInOnePlaceAndNothingIsPrinted() {
    check(
        noClasses()
            .that()
            .doNotHaveSimpleName("S3CheckpointStorageProvider")
            .should()
            .dependOnClassesThat()
            .belongToAnyOf(Thread.class));
    check(noClasses().should().accessField(System.class, "out"));
    check(noClasses().should().accessField(System.class, "err"));
  }

  @Test
  void whatIsPublicIsFoundAsAService() {
    assertThat(
            MODULE.stream()
                .filter(type -> type.getModifiers().contains(JavaModifier.PUBLIC))
                .filter(JavaClass::isTopLevelClass)
                .map(JavaClass::getSimpleName))
        .containsExactlyInAnyOrder("S3CheckpointStorageProvider");
  }
}
