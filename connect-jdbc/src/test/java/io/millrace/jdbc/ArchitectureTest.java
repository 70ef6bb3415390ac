package io.millrace.jdbc;

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

/** A connector knows the contract that it implements, and nothing of what drives it. */
class ArchitectureTest {

  private static final JavaClasses MODULE =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("io.millrace.jdbc");

  private static void check(ArchRule rule) {
    rule.check(MODULE);
  }

  @Test
  void connector_knowsTheContractAlone() {
    check(
        classes()
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                "java..",
                "org.jspecify..",
                "org.slf4j..",
                "io.millrace.jdbc..",
                "io.millrace.sink..",
                "io.millrace.function..",
                "io.millrace.spi.checkpoint.."));
  }

  @Test
  void connector_startsNoThreadsAndPrintsNothing() {
    check(noClasses().should().dependOnClassesThat().belongToAnyOf(Thread.class));
    check(noClasses().should().accessField(System.class, "out"));
    check(noClasses().should().accessField(System.class, "err"));
  }

  @Test
  void whatIsPublicIsTheFactoryAndItsTypes() {
    assertThat(
            MODULE.stream()
                .filter(type -> type.getModifiers().contains(JavaModifier.PUBLIC))
                .filter(JavaClass::isTopLevelClass)
                .map(JavaClass::getSimpleName))
        .containsExactlyInAnyOrder("JdbcSinks", "JdbcSinkOptions", "ConnectionFactory", "Row");
  }
}
