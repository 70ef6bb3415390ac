package io.millrace;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ConfigurationPageTest {

  private static final Path PAGE =
      Path.of(System.getProperty("basedir", ".")).resolve("../docs/configuration.md");
  private static final String WRITE = "docs.write";
  private static final String COMMAND =
      "mvn test -pl core -Dtest=ConfigurationPageTest -D" + WRITE + "=true";

  @Test
  void page_isAsTheSettingsAre() throws IOException {
    if (Boolean.getBoolean(WRITE)) {
      Files.writeString(PAGE, ConfigurationPage.text());
    }
    assertThat(PAGE).as("written by: %s", COMMAND).exists();
    assertThat(Files.readString(PAGE))
        .as("%s is out of date; write it again by: %s", PAGE, COMMAND)
        .isEqualTo(ConfigurationPage.text());
  }

  @Test
  void page_hasARowForEachName() {
    String page = ConfigurationPage.text();
    for (Setting<?> setting : Settings.all()) {
      assertThat(page).contains("| `" + setting.key() + "` |").contains(setting.doc());
    }
    SettingNames.retiredReasons()
        .forEach((name, reason) -> assertThat(page).contains("| `" + name + "` | " + reason));
    assertThat(page).contains("| `millrace.streaming.backpressure.*` | ");
  }
}
