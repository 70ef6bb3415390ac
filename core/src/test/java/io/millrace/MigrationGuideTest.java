package io.millrace;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Executable;
import java.lang.reflect.Member;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Keeps the tables of the migration guide true: what they name exists, what they say is to come
 * does not yet, and no public name of Spark Streaming is forgotten.
 */
class MigrationGuideTest {

  private static final Path PAGE =
      Path.of(System.getProperty("basedir", "."))
          .resolve("../docs/migrating-from-spark-streaming.md");
  private static final String HEADER = "| Spark | Millrace | what is different |";
  private static final String LEFT_OUT = "left out";

  /** To whose work a row belongs; a mark goes when that is done. */
  private static final Set<String> MARKS = Set.of("ingest");

  private static final Pattern CODE = Pattern.compile("`([^`]+)`");
  private static final Pattern EMPHASIS = Pattern.compile("\\*([^*]+)\\*");
  private static final Pattern NAME = Pattern.compile("([A-Z]\\w*)(?:\\.(\\w+))?(?:\\((.*)\\))?");

  private static final List<String> PACKAGES =
      List.of(
          "io.millrace.",
          "io.millrace.stream.",
          "io.millrace.rdd.",
          "io.millrace.function.",
          "io.millrace.source.",
          "io.millrace.spi.",
          "java.time.",
          "java.util.");

  /**
   * A line of a table.
   *
   * @param isOfStateOrWindows whether it lies in the part that is about these
   */
  private record Row(
      int line,
      String section,
      String spark,
      String millrace,
      String difference,
      boolean isOfStateOrWindows) {

    List<String> names() {
      return codes(millrace);
    }

    Optional<String> mark() {
      Matcher emphasis = EMPHASIS.matcher(millrace);
      return emphasis.find() ? Optional.of(emphasis.group(1)) : Optional.empty();
    }

    boolean isLeftOut() {
      return millrace.equals(LEFT_OUT);
    }

    @Override
    public String toString() {
      return "line " + line + ": " + spark + " -> " + millrace;
    }
  }

  private static List<String> codes(String cell) {
    return CODE.matcher(cell).results().map(code -> code.group(1)).toList();
  }

  private static List<Row> rows() {
    List<Row> rows = new ArrayList<>();
    List<String> lines = lines();
    String section = "";
    boolean isInTable = false;
    boolean isOfStateOrWindows = false;
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i);
      if (line.startsWith("#")) {
        section = line.replaceFirst("#+ ", "");
      } else if (line.contains("state and windows: ")) {
        isOfStateOrWindows = line.contains("begin");
      }
      if (!line.startsWith("|")) {
        isInTable = false;
      } else if (line.equals(HEADER)) {
        isInTable = true;
      } else if (isInTable && !line.startsWith("|---")) {
        String[] cells = line.substring(1).split("\\|", -1);
        assertThat(cells).as("cells of line %d", i + 1).hasSize(4);
        rows.add(
            new Row(
                i + 1,
                section,
                cells[0].strip(),
                cells[1].strip(),
                cells[2].strip(),
                isOfStateOrWindows));
      }
    }
    return rows;
  }

  private static List<String> lines() {
    try {
      return Files.readAllLines(PAGE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whether a name is a public class, or a public member of one, of Millrace or the JDK. */
  private static boolean exists(String name) {
    Matcher parts = NAME.matcher(name);
    if (!parts.matches()) {
      throw new AssertionError(name + " is not written as Class, Class.member or Class.member(T)");
    }
    String member = parts.group(2);
    String parameters = parts.group(3);
    return PACKAGES.stream()
        .flatMap(prefix -> publicClass(prefix + parts.group(1)).stream())
        .anyMatch(type -> has(type, member, parameters));
  }

  private static Optional<Class<?>> publicClass(String name) {
    try {
      Class<?> type = Class.forName(name, false, MigrationGuideTest.class.getClassLoader());
      return Modifier.isPublic(type.getModifiers()) ? Optional.of(type) : Optional.empty();
    } catch (ClassNotFoundException e) {
      return Optional.empty();
    }
  }

  private static boolean has(Class<?> type, String member, String parameters) {
    if (member == null) {
      return parameters == null || anyTakes(Stream.of(type.getConstructors()), parameters);
    }
    return anyTakes(Stream.of(type.getMethods()).filter(named(member)), parameters)
        || (parameters == null && Stream.of(type.getFields()).anyMatch(named(member)));
  }

  private static java.util.function.Predicate<Member> named(String name) {
    return member -> member.getName().equals(name);
  }

  private static boolean anyTakes(Stream<? extends Executable> executables, String parameters) {
    return executables.anyMatch(
        executable -> parameters == null || parameters(executable).equals(parameters));
  }

  private static String parameters(Executable executable) {
    return Arrays.stream(executable.getParameterTypes())
        .map(Class::getSimpleName)
        .collect(Collectors.joining(", "));
  }

  @Test
  void guide_isRead() {
    assertThat(rows()).hasSizeGreaterThan(150);
    assertThat(exists("DStream.print(int)")).isTrue();
    assertThat(exists("DStream.print(long)")).isFalse();
    assertThat(exists("StreamingContext(String, String, Duration)")).isTrue();
    assertThat(exists("StorageLevel.MEMORY_ONLY")).isTrue();
    assertThat(exists("ReceiverSource")).as("not public").isFalse();
    assertThat(exists("DStream.publish")).isFalse();
  }

  @Test
  void eachRow_namesSomething_orSaysWhyItIsLeftOut() {
    for (Row row : rows()) {
      assertThat(codes(row.spark())).as("%s", row).isNotEmpty();
      row.mark().ifPresent(mark -> assertThat(MARKS).as("marks, for %s", row).contains(mark));
      if (row.isLeftOut()) {
        assertThat(row.difference()).as("the reason of %s", row).hasSizeGreaterThan(10);
      } else {
        assertThat(row.names()).as("names of %s", row).isNotEmpty();
      }
    }
  }

  @Test
  void names_exist() {
    namesExist(rows().stream().filter(row -> !row.isOfStateOrWindows()));
  }

  @Test
  void namesOfStateAndWindows_exist() {
    namesExist(rows().stream().filter(Row::isOfStateOrWindows));
  }

  private static void namesExist(Stream<Row> rows) {
    rows.filter(row -> row.mark().isEmpty())
        .forEach(
            row ->
                assertThat(row.names())
                    .as("names that exist, of %s", row)
                    .allMatch(MigrationGuideTest::exists));
  }

  @Test
  void membersThatDifferencesMention_exist() {
    for (Row row : rows()) {
      List<String> members =
          codes(row.difference()).stream()
              .filter(code -> code.matches("[A-Z]\\w+\\.\\w+"))
              .toList();
      assertThat(members).as("members that %s mentions", row).allMatch(MigrationGuideTest::exists);
    }
  }

  @Test
  void membersThatProseMentions_exist() {
    List<String> members =
        lines().stream()
            .filter(line -> line.startsWith("| `") && !line.contains("org.apache"))
            .map(line -> codes(line.substring(0, line.indexOf(" |", 1))))
            .flatMap(List::stream)
            .filter(code -> code.matches("(DStream|StreamingContext)\\.\\w+"))
            .toList();
    assertThat(members).hasSizeGreaterThan(4).allMatch(MigrationGuideTest::exists);
  }

  @Test
  void namesThatAreToCome_doNotExistYet() {
    rows().stream()
        .filter(row -> row.mark().isPresent())
        .forEach(
            row ->
                assertThat(row.names())
                    .as("names that are still to come; if one is there, unmark %s", row)
                    .noneMatch(MigrationGuideTest::exists));
  }

  @Test
  void forgottenNames_areNone() {
    Set<String> missing = new TreeSet<>();
    List<Row> rows = rows();
    for (String line : NAMES_OF_SPARK_STREAMING.strip().split("\n")) {
      int colon = line.indexOf(": ");
      String section = line.substring(0, colon);
      Set<String> told =
          rows.stream()
              .filter(row -> row.section().contains(section))
              .flatMap(row -> codes(row.spark()).stream())
              .map(name -> name.replaceFirst("\\(.*", "").replaceFirst(".*\\.", ""))
              .collect(Collectors.toSet());
      for (String name : line.substring(colon + 2).split(" ")) {
        if (!told.contains(name)) {
          missing.add(section + " " + name);
        }
      }
    }
    assertThat(missing).as("public names of Spark Streaming that the guide lacks").isEmpty();
  }

  /** The public names of Spark Streaming 4.1 and its datasets in Java, by section of the guide. */
  private static final String NAMES_OF_SPARK_STREAMING =
      """
      `JavaStreamingContext`: JavaStreamingContext getOrCreate jarOfClass socketTextStream
      `JavaStreamingContext`: socketStream rawSocketStream textFileStream binaryRecordsStream
      `JavaStreamingContext`: fileStream queueStream receiverStream union transform transformToPair
      `JavaStreamingContext`: checkpoint remember addStreamingListener getState start
      `JavaStreamingContext`: awaitTermination awaitTerminationOrTimeout stop close ssc sparkContext
      `JavaStreamingContext`: removeStreamingListener getActive getActiveOrCreate
      `JavaDStreamLike`: print count countByValue glom context map mapToPair flatMap flatMapToPair
      `JavaDStreamLike`: mapPartitions mapPartitionsToPair reduce slice foreachRDD transform
      `JavaDStreamLike`: transformToPair transformWith transformWithToPair checkpoint classTag
      `JavaDStreamLike`: dstream wrapRDD scalaIntToJavaLong saveAsTextFiles saveAsObjectFiles
      `JavaDStream`: filter cache persist compute union repartition dstream classTag wrapRDD
      `JavaDStream`: fromDStream
      `JavaPairDStream`: filter cache persist compute union repartition toJavaDStream
      `JavaPairDStream`: fromJavaDStream fromPairDStream scalaToJavaLong kManifest vManifest
      `JavaPairDStream`: groupByKey reduceByKey combineByKey mapValues flatMapValues cogroup join
      `JavaPairDStream`: leftOuterJoin rightOuterJoin fullOuterJoin saveAsHadoopFiles
      `JavaPairDStream`: saveAsNewAPIHadoopFiles
      Input streams: JavaInputDStream JavaPairInputDStream JavaReceiverInputDStream
      Input streams: JavaPairReceiverInputDStream inputDStream receiverInputDStream
      Input streams: fromInputDStream fromReceiverInputDStream ConstantInputDStream
      `Receiver`: Receiver onStart onStop preferredLocation store reportError restart stop isStarted
      `Receiver`: isStopped streamId storageLevel setReceiverId attachSupervisor supervisor
      `StorageLevel`: NONE DISK_ONLY DISK_ONLY_2 DISK_ONLY_3 MEMORY_ONLY MEMORY_ONLY_2
      `StorageLevel`: MEMORY_ONLY_SER MEMORY_ONLY_SER_2 MEMORY_AND_DISK MEMORY_AND_DISK_2
      `StorageLevel`: MEMORY_AND_DISK_SER MEMORY_AND_DISK_SER_2 OFF_HEAP create fromString
      `JavaStreamingListener`: onStreamingStarted onReceiverStarted onReceiverError
      `JavaStreamingListener`: onReceiverStopped onBatchSubmitted onBatchStarted onBatchCompleted
      `JavaStreamingListener`: onOutputOperationStarted onOutputOperationCompleted
      `JavaStreamingListener`: JavaStreamingListenerWrapper StatsReportListener
      `JavaBatchInfo`: batchTime streamIdToInputInfo submissionTime processingStartTime
      `JavaBatchInfo`: processingEndTime schedulingDelay processingDelay totalDelay numRecords
      `JavaBatchInfo`: outputOperationInfos streamId name active location executorId
      `JavaBatchInfo`: lastErrorMessage lastError lastErrorTime inputStreamId metadata
      `JavaBatchInfo`: metadataDescription id description startTime endTime failureReason
      `Time`: Time milliseconds less lessEq greater greaterEq plus minus floor isMultipleOf min max
      `Time`: until to toString
      `Duration`: Duration less lessEq greater greaterEq plus minus times div isMultipleOf min max
      `Duration`: isZero toFormattedString prettyPrint milliseconds seconds minutes apply
      `StreamingContextState`: INITIALIZED ACTIVE STOPPED
      `WriteAheadLog`: WriteAheadLog WriteAheadLogRecordHandle write read readAll clean close
      Windows: window countByWindow countByValueAndWindow reduceByWindow groupByKeyAndWindow
      Windows: reduceByKeyAndWindow
      `State`: updateStateByKey mapWithState JavaMapWithStateDStream stateSnapshots exists get
      `State`: update remove isTimingOut getOption toString function initialState numPartitions
      `State`: partitioner timeout
      `JavaSparkContext`: JavaSparkContext parallelize parallelizePairs parallelizeDoubles emptyRDD
      `JavaSparkContext`: union textFile wholeTextFiles binaryFiles binaryRecords sequenceFile
      `JavaSparkContext`: objectFile hadoopFile hadoopRDD newAPIHadoopFile newAPIHadoopRDD
      `JavaSparkContext`: checkpointFile setCheckpointDir getCheckpointDir broadcast addFile addJar
      `JavaSparkContext`: sc env statusTracker getConf getReadOnlyConf hadoopConfiguration
      `JavaSparkContext`: setLocalProperty getLocalProperty setJobGroup clearJobGroup
      `JavaSparkContext`: setJobDescription addJobTag removeJobTag getJobTags clearJobTags
      `JavaSparkContext`: setInterruptOnCancel cancelJobGroup cancelJobsWithTag cancelAllJobs
      `JavaSparkContext`: getPersistentRDDs setCallSite clearCallSite setLogLevel isLocal sparkUser
      `JavaSparkContext`: master appName resources jars startTime version defaultParallelism
      `JavaSparkContext`: defaultMinPartitions getSparkHome stop close toSparkContext
      `JavaSparkContext`: fromSparkContext jarOfClass jarOfObject
      `JavaRDDLike`: map flatMap mapToPair mapToDouble flatMapToPair flatMapToDouble mapPartitions
      `JavaRDDLike`: mapPartitionsToPair mapPartitionsToDouble mapPartitionsWithIndex glom
      `JavaRDDLike`: cartesian groupBy keyBy zip zipPartitions zipWithIndex zipWithUniqueId pipe
      `JavaRDDLike`: collect collectPartitions toLocalIterator foreach foreachPartition reduce
      `JavaRDDLike`: treeReduce fold aggregate treeAggregate count countApprox countApproxDistinct
      `JavaRDDLike`: countByValue countByValueApprox take takeSample takeOrdered top first isEmpty
      `JavaRDDLike`: max min saveAsTextFile saveAsObjectFile countAsync collectAsync takeAsync
      `JavaRDDLike`: foreachAsync foreachPartitionAsync partitions getNumPartitions partitioner
      `JavaRDDLike`: context id name getStorageLevel iterator checkpoint isCheckpointed
      `JavaRDDLike`: getCheckpointFile toDebugString rdd classTag wrapRDD
      `JavaRDD`: cache persist unpersist distinct filter coalesce repartition sample randomSplit
      `JavaRDD`: union intersection subtract sortBy setName withResources getResourceProfile
      `JavaRDD`: fromRDD toRDD
      `JavaPairRDD`: combineByKey reduceByKey reduceByKeyLocally aggregateByKey foldByKey
      `JavaPairRDD`: groupByKey countByKey countByKeyApprox countApproxDistinctByKey sampleByKey
      `JavaPairRDD`: sampleByKeyExact subtractByKey partitionBy join leftOuterJoin rightOuterJoin
      `JavaPairRDD`: fullOuterJoin cogroup groupWith mapValues flatMapValues keys values lookup
      `JavaPairRDD`: collectAsMap sortByKey filterByRange repartitionAndSortWithinPartitions
      `JavaPairRDD`: saveAsHadoopFile saveAsHadoopDataset saveAsNewAPIHadoopFile
      `JavaPairRDD`: saveAsNewAPIHadoopDataset cache persist unpersist distinct filter coalesce
      `JavaPairRDD`: repartition sample union intersection subtract setName
      `JavaDoubleRDD`: sum mean variance stdev sampleStdev sampleVariance popStdev popVariance
      `JavaDoubleRDD`: stats meanApprox sumApprox histogram min max
      `Optional`: of ofNullable fromNullable empty absent get or orElse orNull isPresent
      `JavaFutureAction`: JavaFutureAction jobIds mapPartitionsWithInputSplit
      Functions: Function0 Function Function2 Function3 Function4 VoidFunction VoidFunction2
      Functions: PairFunction FlatMapFunction FlatMapFunction2 PairFlatMapFunction DoubleFunction
      Functions: DoubleFlatMapFunction CoGroupFunction FilterFunction MapFunction
      Functions: MapPartitionsFunction MapGroupsFunction FlatMapGroupsFunction ReduceFunction
      Functions: ForeachFunction ForeachPartitionFunction
      """;
}
