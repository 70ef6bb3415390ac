package io.millrace.spi;

import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Finds service providers by {@link ServiceLoader}, in two class loaders: the one that loaded the
 * service's interface, and the context class loader of the calling thread, since a provider may be
 * in the application's jar (a web application, {@code millrace run}, {@code spark-submit --jars}).
 *
 * <p>A context class loader that has another copy of Millrace, or none, is passed over: its
 * providers implement an interface of the same name that is another class. Nothing is cached.
 */
public final class ServiceLookup {

  private ServiceLookup() {}

  /** The first accepted provider beside the service's interface, else of the context loader. */
  public static <S> Optional<S> find(Class<S> service, Predicate<? super S> isAccepted) {
    return all(service).filter(isAccepted).findFirst();
  }

  /** The first provider beside the service's interface. */
  public static <S> S require(Class<S> service) {
    return load(service, service.getClassLoader())
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalStateException(
                    "no implementation of " + service.getName() + " is on the class path"));
  }

  /** All providers, those beside the service's interface first; each class once. */
  public static <S> List<S> list(Class<S> service) {
    return all(service).toList();
  }

  private static <S> Stream<S> all(Class<S> service) {
    ClassLoader own = service.getClassLoader();
    ClassLoader context = contextLoader(service);
    if (context == own) {
      return load(service, own);
    }
    List<Class<?>> known = List.copyOf(types(service, own).toList());
    return Stream.concat(
        load(service, own),
        ServiceLoader.load(service, context).stream()
            .filter(provider -> !known.contains(provider.type()))
            .map(ServiceLoader.Provider::get));
  }

  private static <S> Stream<S> load(Class<S> service, @Nullable ClassLoader loader) {
    return ServiceLoader.load(service, loader).stream().map(ServiceLoader.Provider::get);
  }

  private static <S> Stream<Class<? extends S>> types(
      Class<S> service, @Nullable ClassLoader loader) {
    return ServiceLoader.load(service, loader).stream().map(ServiceLoader.Provider::type);
  }

  /**
   * The context class loader of this thread if it knows the very class that is given, else the
   * class loader of that class: the loader in which to look up classes of the application by name.
   */
  public static @Nullable ClassLoader contextLoader(Class<?> known) {
    ClassLoader context = Thread.currentThread().getContextClassLoader();
    try {
      return context != null && Class.forName(known.getName(), false, context) == known
          ? context
          : known.getClassLoader();
    } catch (ClassNotFoundException | LinkageError e) {
      return known.getClassLoader(); // a loader beside ours, which can't know our application
    }
  }
}
