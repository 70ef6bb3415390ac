package io.millrace.internal.serialization;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.function.Function0;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class JavaSerializationTest {
  public static final class Plugin implements Function0<String> {
    @Override
    public String call() {
      return "plugged in";
    }
  }

  private static final class Answer implements InvocationHandler, Serializable {
    @Override
    public Object invoke(Object proxy, Method method, Object[] arguments) {
      return 42;
    }
  }

  @Test
  void read_findsWrittenClassesOfALoaderThatTheContextLoaderDoesNotKnow() throws Exception {
    Class<?> type = new PluginLoader().loadClass(Plugin.class.getName());
    Object plugin = type.getConstructor().newInstance();
    List<Object> plugins = new ArrayList<>(List.of(plugin));

    ClassTable classes = new ClassTable();
    byte[] bytes = JavaSerialization.write(plugins, classes);
    Object copy = JavaSerialization.read(bytes, classes, getClass().getClassLoader());

    assertThat(type).isNotSameAs(Plugin.class);
    assertThat(((List<?>) copy).get(0)).hasSameClassAs(plugin);
  }

  @Test
  void tryRoundTrip_usesTheLoaderOfTheFunction() throws Exception {
    Class<?> type = new PluginLoader().loadClass(Plugin.class.getName());

    assertThat(JavaSerialization.tryRoundTrip(type.getConstructor().newInstance())).isEmpty();
  }

  @Test
  void tryRoundTrip_usesTheLoaderOfWhatACollectionHolds() throws Exception {
    Class<?> type = new PluginLoader().loadClass(Plugin.class.getName());
    List<Object> plugins = new ArrayList<>(List.of("a", type.getConstructor().newInstance()));

    assertThat(JavaSerialization.tryRoundTrip(plugins)).isEmpty();
  }

  @Test
  void tryRoundTrip_knowsPrimitiveTypesArraysAndProxies() {
    Object proxy =
        Proxy.newProxyInstance(
            getClass().getClassLoader(), new Class<?>[] {Function0.class}, new Answer());
    List<Object> values =
        new ArrayList<>(List.of(int.class, new int[1], new Plugin[1], Plugin[].class, proxy));

    assertThat(JavaSerialization.tryRoundTrip(values)).isEmpty();
  }

  @Test
  void tryRoundTrip_tellsWritingFromReading() {
    assertThat(JavaSerialization.tryRoundTrip(new Object()))
        .hasValueSatisfying(failure -> assertThat(failure.isReading()).isFalse());
  }

  /** Defines a class of its own for each class of this test, as a plug-in's loader would. */
  private static final class PluginLoader extends ClassLoader {
    PluginLoader() {
      super(JavaSerializationTest.class.getClassLoader());
    }

    @Override
    public Class<?> loadClass(String name) throws ClassNotFoundException {
      return name.equals(Plugin.class.getName()) ? define(name) : super.loadClass(name);
    }

    private Class<?> define(String name) throws ClassNotFoundException {
      Class<?> loaded = findLoadedClass(name);
      if (loaded != null) {
        return loaded;
      }
      try (InputStream in = getResourceAsStream(name.replace('.', '/') + ".class")) {
        byte[] bytes = in.readAllBytes();
        return defineClass(name, bytes, 0, bytes.length);
      } catch (IOException e) {
        throw new ClassNotFoundException(name, e);
      }
    }
  }
}
