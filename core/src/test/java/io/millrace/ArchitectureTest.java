package io.millrace;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.FileReader;
import java.io.FileWriter;
import java.io.RandomAccessFile;
import java.nio.channels.AsynchronousFileChannel;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.Timer;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/**
 * Holds the direction of dependencies inside the core, and keeps the outside world (clock, files,
 * threads, processes, randomness) behind one package, so that a whole run can be simulated and
 * replayed.
 */
class ArchitectureTest {
  private static final JavaClasses CORE =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("io.millrace");

  private static final String INTERNAL = "io.millrace.internal..";
  private static final String SYSTEM = "io.millrace.internal.system..";
  private static final String CONSOLE_PRINT = "io.millrace.stream.ConsolePrint";

  private static final Set<Class<?>> FILE_ACCESS =
      Set.of(
          FileInputStream.class,
          FileOutputStream.class,
          FileReader.class,
          FileWriter.class,
          RandomAccessFile.class,
          FileChannel.class,
          AsynchronousFileChannel.class);

  private static final Set<Class<?>> THREAD_OWNERS =
      Set.of(
          Thread.class,
          ThreadPoolExecutor.class,
          ScheduledThreadPoolExecutor.class,
          ForkJoinPool.class,
          Timer.class);

  private static final Set<Class<?>> GENERATORS =
      Set.of(Random.class, SplittableRandom.class, SecureRandom.class);

  @Test
  void publicPackages_doNotDependOnInternal() {
    check(
        noClasses()
            .that()
            .resideOutsideOfPackage(INTERNAL)
            .should()
            .dependOnClassesThat()
            .resideInAPackage(INTERNAL)
            .because(
                "users and engines build on the API and SPI; the engine is found or passed in"));
  }

  @Test
  void spi_doesNotDependOnTheApiAboveIt() {
    check(
        noClasses()
            .that()
            .resideInAPackage("io.millrace.spi..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.millrace.rdd..", "io.millrace.stream..")
            .because("an engine knows plans and storage, not what users declared them with"));
  }

  @Test
  void function_dependsOnTuplesAlone() {
    check(
        noClasses()
            .that()
            .resideInAPackage("io.millrace.function..")
            .should()
            .dependOnClassesThat(
                JavaClass.Predicates.resideInAPackage("io.millrace..")
                    .and(
                        JavaClass.Predicates.resideOutsideOfPackages(
                            "io.millrace", "io.millrace.function..")))
            .because("user functions travel to workers and should drag nothing along"));
  }

  @Test
  void publicPackages_formNoCycle() {
    check(slices().matching("io.millrace.(*)..").should().beFreeOfCycles());
  }

  @Test
  void internalPackages_formNoCycle() {
    check(slices().matching("io.millrace.internal.(*)..").should().beFreeOfCycles());
  }

  @Test
  void clock_isReadInOnePlace() {
    check(onlySystemMay("read a system clock", ArchitectureTest::readsClock));
  }

  @Test
  void files_areOpenedInOnePlace() {
    check(onlySystemMay("touch files", ArchitectureTest::touchesFiles));
  }

  @Test
  void threads_areStartedAndPutToSleepInOnePlace() {
    check(onlySystemMay("start or delay threads", ArchitectureTest::ownsThreads));
  }

  @Test
  void processes_areStartedInOnePlace() {
    check(onlySystemMay("start processes", ArchitectureTest::startsProcesses));
  }

  @Test
  void randomness_isSeededOutsideOnePlace() {
    check(onlySystemMay("use randomness without a seed", ArchitectureTest::isUnseededRandomness));
  }

  @Test
  void packages_areNullMarkedInTheirPackageInfo() {
    check(classes().should(resideInANullMarkedPackage()));
  }

  @Test
  void standardStreams_areLeftToTheUser() {
    check(
        noClasses()
            .should()
            .accessTargetWhere(
                describe("print past the logger", ArchitectureTest::printsToStandardStream))
            .because("a library logs; print() is the one operation that writes to the console"));
  }

  @Test
  void classNames_sayWhatTheClassIs() {
    check(
        noClasses()
            .should()
            .haveNameMatching(".*(Util|Utils|Helper|Manager)")
            .because("a precise noun exists"));
  }

  @Test
  void fieldNames_sayWhatTheFieldHolds() {
    check(
        fields()
            .should()
            .haveNameNotMatching("(.*(Util|Utils|Helper|Manager))|util|utils|helper|manager")
            .because("a precise noun exists"));
  }

  private static void check(ArchRule rule) {
    rule.check(CORE);
  }

  private static ArchRule onlySystemMay(String doIt, Predicate<JavaAccess<?>> does) {
    return noClasses()
        .that()
        .resideOutsideOfPackage(SYSTEM)
        .should()
        .accessTargetWhere(describe(doIt, does))
        .because("what is not replayable is injected, and lives in io.millrace.internal.system");
  }

  private static boolean readsClock(JavaAccess<?> access) {
    AccessTarget target = access.getTarget();
    return isMember(target, System.class, "currentTimeMillis", "nanoTime")
        || isMember(target, Clock.class, "systemUTC", "systemDefaultZone", "system")
        || isMember(target, Clock.class, "tickMillis", "tickSeconds", "tickMinutes")
        || (target.getOwner().getPackageName().equals("java.time")
            && target.getName().equals("now")
            && !target.getFullName().contains("Clock"));
  }

  private static boolean touchesFiles(JavaAccess<?> access) {
    AccessTarget target = access.getTarget();
    return target.getOwner().isEquivalentTo(Files.class)
        || FILE_ACCESS.stream()
            .anyMatch(type -> isConstructor(target, type) || isMember(target, type, "open"));
  }

  private static boolean ownsThreads(JavaAccess<?> access) {
    AccessTarget target = access.getTarget();
    return THREAD_OWNERS.stream().anyMatch(type -> isConstructor(target, type))
        || target.getOwner().isEquivalentTo(Executors.class)
        || isMember(target, ForkJoinPool.class, "commonPool")
        || isMember(target, Thread.class, "sleep")
        || isMember(target, TimeUnit.class, "sleep");
  }

  private static boolean startsProcesses(JavaAccess<?> access) {
    AccessTarget target = access.getTarget();
    return isConstructor(target, ProcessBuilder.class)
        || isMember(target, ProcessBuilder.class, "start", "startPipeline")
        || isMember(target, Runtime.class, "exec");
  }

  private static boolean isUnseededRandomness(JavaAccess<?> access) {
    AccessTarget target = access.getTarget();
    return isMember(target, Math.class, "random")
        || isMember(target, StrictMath.class, "random")
        || isMember(target, ThreadLocalRandom.class, "current")
        || isMember(target, UUID.class, "randomUUID")
        || GENERATORS.stream()
            .anyMatch(
                type -> isConstructor(target, type) && target.getFullName().endsWith("<init>()"));
  }

  private static boolean printsToStandardStream(JavaAccess<?> access) {
    AccessTarget target = access.getTarget();
    boolean isConsole =
        access.getOriginOwner().getName().equals(CONSOLE_PRINT)
            && isMember(target, System.class, "out");
    return !isConsole
        && (isMember(target, System.class, "out", "err")
            || (target.getOwner().isAssignableTo(Throwable.class)
                && target.getName().equals("printStackTrace")));
  }

  private static boolean isConstructor(AccessTarget target, Class<?> type) {
    return isMember(target, type, "<init>");
  }

  private static boolean isMember(AccessTarget target, Class<?> type, String... names) {
    return target.getOwner().isEquivalentTo(type) && Set.of(names).contains(target.getName());
  }

  private static ArchCondition<JavaClass> resideInANullMarkedPackage() {
    DescribedPredicate<JavaClass> isNullMarked =
        describe(
            "null-marked",
            type ->
                type.getPackage()
                    .tryGetPackageInfo()
                    .filter(info -> info.isAnnotatedWith(NullMarked.class))
                    .isPresent());
    return new ArchCondition<>("reside in a package whose package-info has @NullMarked") {
      @Override
      public void check(JavaClass type, ConditionEvents events) {
        String message = type.getName() + " is in " + type.getPackageName();
        events.add(new SimpleConditionEvent(type, isNullMarked.test(type), message));
      }
    };
  }
}
