package io.millrace;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.net.URL;
import java.net.URLConnection;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What surrounds a program and may configure it, each read once. Later components win over earlier
 * ones; code wins over all of them.
 *
 * <p>Names that do not concern Millrace are left alone in the environment and among the system
 * properties, which belong to everybody (spark-submit puts {@code spark.*} there). The file is the
 * program's own, so all its keys are taken. What spark-submit was told wins over the file, which is
 * part of what it starts.
 */
record SettingSources(
    PropertiesFile file, Map<String, String> environment, Map<String, String> systemProperties) {
  private static final String FILE_NAME = "millrace.properties";

  static final SettingSources NONE =
      new SettingSources(new PropertiesFile(FILE_NAME, Map.of()), Map.of(), Map.of());

  /** Receives settings in order of rising precedence. */
  interface Target {
    void put(String key, String text, String origin);
  }

  /**
   * @param location where the file was found
   */
  record PropertiesFile(String location, Map<String, String> values) {}

  static SettingSources ofProcess() {
    return new SettingSources(
        readFile(contextClassLoader().getResource(FILE_NAME)),
        System.getenv(),
        asMap(System.getProperties()));
  }

  /**
   * @throws InvalidSettingException if a source has a name that looks like a setting and is none
   */
  void forEach(Target target) {
    String fileOrigin = FILE_NAME + " at " + file.location();
    file.values().forEach((key, text) -> target.put(key, text, fileOrigin));
    SparkSubmit.forEach(systemProperties, target);
    environment.forEach(
        (name, text) -> {
          if (SettingNames.ENVIRONMENT.owns(name)) {
            Setting<?> setting = SettingNames.ENVIRONMENT.require(name, "environment");
            target.put(setting.key(), text, "environment variable " + name);
          }
        });
    systemProperties.forEach(
        (key, text) -> {
          if (SettingNames.KEYS.owns(key)) {
            target.put(key, text, "system property");
          }
        });
  }

  /**
   * @throws MillraceException if the file cannot be read
   */
  static PropertiesFile readFile(@Nullable URL url) {
    if (url == null) {
      return NONE.file();
    }
    Properties properties = new Properties();
    try {
      URLConnection connection = url.openConnection();
      // A cached jar would hide a change, and keeps the file open for ever.
      connection.setUseCaches(false);
      try (InputStream in = connection.getInputStream();
          Reader reader = new InputStreamReader(in, StandardCharsets.UTF_8)) {
        properties.load(reader);
      }
    } catch (IOException | IllegalArgumentException e) {
      throw new MillraceException("cannot read " + FILE_NAME + " at " + url, e);
    }
    return new PropertiesFile(url.toString(), asMap(properties));
  }

  private static ClassLoader contextClassLoader() {
    ClassLoader loader = Thread.currentThread().getContextClassLoader();
    return loader != null ? loader : ClassLoader.getSystemClassLoader();
  }

  private static Map<String, String> asMap(Properties properties) {
    Map<String, String> map = new TreeMap<>();
    for (String name : properties.stringPropertyNames()) {
      map.put(name, properties.getProperty(name, ""));
    }
    return map;
  }
}
