package io.millrace.stream;

import io.millrace.Conf;
import io.millrace.InvalidSettingException;
import io.millrace.Settings;
import io.millrace.spi.ServiceLookup;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.util.List;

/** The listeners that the configuration names. */
final class ExtraListeners {

  private ExtraListeners() {}

  /**
   * One of each class, in order; found by the context class loader.
   *
   * @throws InvalidSettingException if one can't be made; says which and why
   */
  static List<StreamingListener> of(Conf conf) {
    return conf.get(Settings.EXTRA_LISTENERS).stream().map(name -> listener(name, conf)).toList();
  }

  private static StreamingListener listener(String className, Conf conf) {
    try {
      ClassLoader loader = ServiceLookup.contextLoader(StreamingListener.class);
      Class<? extends StreamingListener> type =
          Class.forName(className, true, loader).asSubclass(StreamingListener.class);
      for (Constructor<?> constructor : type.getConstructors()) {
        if (List.of(constructor.getParameterTypes()).equals(List.of(Conf.class))) {
          return type.cast(constructor.newInstance(conf));
        }
      }
      return type.getConstructor().newInstance();
    } catch (ClassNotFoundException e) {
      throw refused(className, "there is no such class on the class path", e);
    } catch (ClassCastException e) {
      throw refused(className, "it is no " + StreamingListener.class.getName(), e);
    } catch (NoSuchMethodException e) {
      throw refused(className, "it has no public constructor of a Conf or of nothing", e);
    } catch (InvocationTargetException e) {
      throw refused(className, "its constructor failed: " + e.getCause(), e);
    } catch (ReflectiveOperationException e) {
      throw refused(className, "it can't be made: " + e, e);
    }
  }

  private static InvalidSettingException refused(String className, String reason, Exception e) {
    String key = Settings.EXTRA_LISTENERS.key();
    return new InvalidSettingException(key, key + " names " + className + ", but " + reason, e);
  }
}
