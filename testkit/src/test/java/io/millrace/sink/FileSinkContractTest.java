package io.millrace.sink;

import io.millrace.Tuple4;
import io.millrace.testkit.SinkContract;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.io.TempDir;

class FileSinkContractTest extends SinkContract<Tuple4<String, Long, Long, Long>> {

  @TempDir Path directory;

  @Override
  protected Target<Tuple4<String, Long, Long, Long>> freshTarget() {
    String location = "faulty:" + directory.resolve("out");
    return new Target<>() {
      @Override
      public TransactionalSink<Entry, Tuple4<String, Long, Long, Long>> sink() {
        return FileSinks.<Entry>csv(location, entry -> Arrays.asList(entry.id(), entry.text()))
            .withRollSize(100);
      }

      @Override
      public List<Entry> visible() throws Exception {
        List<Entry> entries = new ArrayList<>();
        try (FileSinkReader reader = FileSinkReader.open(directory.resolve("out").toString())) {
          for (PublishedFile file : reader.files()) {
            String text = new String(reader.read(file), StandardCharsets.UTF_8);
            for (List<String> row : CsvText.parse(text)) {
              entries.add(new Entry(Long.parseLong(row.get(0)), row.get(1)));
            }
          }
        }
        return entries;
      }

      @Override
      public Optional<Faults> faults() {
        return Optional.of(FaultyStorageProvider.plan(location));
      }
    };
  }
}
