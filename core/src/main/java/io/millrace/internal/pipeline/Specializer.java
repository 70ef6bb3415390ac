package io.millrace.internal.pipeline;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.ref.PhantomReference;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Makes private copies of template classes, as hidden classes from the template's own bytes.
 *
 * <p>Why: profiles belong to methods. Operator classes shared by all pipelines of a JVM see many
 * user functions and many successors, so their call sites turn megamorphic, and two {@code map}s in
 * a row look like recursion; either way the JIT stops inlining. A copy has methods, and so
 * profiles, of its own. Nothing is generated: the bytes are those that javac made.
 *
 * <p>A copy is identified by its template, by the class of the user function it calls (the
 * <i>anchor</i>) and by the copy downstream of it. Pipelines of the same shape over the same
 * functions share copies, so a stream makes its copies in its first batch and none later.
 *
 * <p>The cache hangs off the anchor class by a {@link ClassValue}, so application class loaders can
 * unload; so can that of the library itself, since no thread of its own waits for the classes that
 * went. The cache is bounded by {@value #MAX_COPIES} copies in the JVM; beyond that, and in native
 * images, which can't define classes, the shared templates are used: slower, never wrong.
 */
public final class Specializer {

  /** About 4 KiB of metaspace each. */
  static final int MAX_COPIES = 4_096;

  private static final MethodHandles.Lookup LOOKUP = MethodHandles.lookup();
  private static final boolean CAN_DEFINE_CLASSES =
      System.getProperty("org.graalvm.nativeimage.imagecode") == null;

  private static final Specializer SHARED = new Specializer(MAX_COPIES, CAN_DEFINE_CLASSES);

  /** Enqueued when the copies of an anchor class have gone; not reachable from them. */
  private static final class GoneCopies extends PhantomReference<Copies> {
    final AtomicInteger count;

    GoneCopies(Copies copies, ReferenceQueue<Copies> queue) {
      super(copies, queue);
      this.count = copies.count;
    }
  }

  private record CopyKey(Class<?> template, @Nullable Class<?> downstream) {}

  /** The copies that hang off one anchor class. */
  private static final class Copies {
    final ConcurrentHashMap<CopyKey, MethodHandle> constructors = new ConcurrentHashMap<>();

    /** Not reachable from here, so that it tells how many copies went when this object does. */
    final AtomicInteger count = new AtomicInteger();
  }

  private final int maxCopies;
  private final boolean canDefineClasses;
  private final AtomicInteger numCopies = new AtomicInteger();
  private final ConcurrentHashMap<Class<?>, byte[]> templateBytes = new ConcurrentHashMap<>();
  private final ConcurrentHashMap<Class<?>, MethodHandle> templates = new ConcurrentHashMap<>();
  private final ReferenceQueue<Copies> gone = new ReferenceQueue<>();
  private final Set<GoneCopies> references = ConcurrentHashMap.newKeySet();
  private final ClassValue<Copies> copiesByAnchor =
      new ClassValue<>() {
        @Override
        protected Copies computeValue(Class<?> anchor) {
          Copies copies = new Copies();
          references.add(new GoneCopies(copies, gone));
          return copies;
        }
      };

  Specializer(int maxCopies, boolean canDefineClasses) {
    this.maxCopies = maxCopies;
    this.canDefineClasses = canDefineClasses;
  }

  /** The cache of this JVM. */
  public static Specializer shared() {
    return SHARED;
  }

  int numCopies() {
    for (Reference<?> found = gone.poll(); found != null; found = gone.poll()) {
      GoneCopies copies = (GoneCopies) found;
      references.remove(copies);
      numCopies.addAndGet(-copies.count.get());
    }
    return numCopies.get();
  }

  /**
   * The constructor of the copy for this place, of exactly the given type.
   *
   * @param template has one constructor, whose parameters are those of {@code type}
   * @param anchor class of the innermost user function, or the template if there is none
   * @param downstream class of what the copy calls next, or null at the end of a stage
   * @param type parameters of the constructor, and an interface of the template as return type
   */
  MethodHandle constructor(
      Class<?> template, Class<?> anchor, @Nullable Class<?> downstream, MethodType type) {
    return constructor(LOOKUP, template, anchor, downstream, type);
  }

  /**
   * As above, for a template of another package.
   *
   * @param home a lookup of the template's package
   */
  public MethodHandle constructor(
      MethodHandles.Lookup home,
      Class<?> template,
      Class<?> anchor,
      @Nullable Class<?> downstream,
      MethodType type) {
    Copies copies = copiesByAnchor.get(anchor);
    CopyKey key = new CopyKey(template, downstream);
    MethodHandle known = copies.constructors.get(key);
    if (known != null) {
      return known;
    }
    MethodHandle made =
        canDefineClasses && numCopies() < maxCopies
            ? copies.constructors.computeIfAbsent(
                key, ignored -> define(home, template, type, copies))
            : null;
    return made != null ? made : template(home, template, type);
  }

  /** Null if there is no room for another copy. */
  private @Nullable MethodHandle define(
      MethodHandles.Lookup home, Class<?> template, MethodType type, Copies copies) {
    byte[] bytes = templateBytes.computeIfAbsent(template, Specializer::readBytes);
    if (numCopies.incrementAndGet() > maxCopies) {
      numCopies.decrementAndGet();
      return null;
    }
    copies.count.incrementAndGet();
    try {
      MethodHandles.Lookup copy = home.defineHiddenClass(bytes, false);
      return constructorOf(copy, copy.lookupClass(), type);
    } catch (IllegalAccessException e) {
      throw new IllegalStateException("can't copy " + template, e);
    }
  }

  /** The constructor of the shared template itself. */
  MethodHandle template(Class<?> template, MethodType type) {
    return template(LOOKUP, template, type);
  }

  private MethodHandle template(MethodHandles.Lookup home, Class<?> template, MethodType type) {
    return templates.computeIfAbsent(template, t -> constructorOf(home, t, type));
  }

  /** What to throw when a copy could not be made. */
  public static IllegalStateException failure(Throwable e) {
    if (e instanceof Error error) {
      throw error;
    }
    return new IllegalStateException("can't make a private copy of a template", e);
  }

  private static MethodHandle constructorOf(
      MethodHandles.Lookup lookup, Class<?> type, MethodType signature) {
    try {
      return lookup.findConstructor(type, signature.changeReturnType(void.class)).asType(signature);
    } catch (NoSuchMethodException | IllegalAccessException e) {
      throw new IllegalStateException(type + " lacks the constructor " + signature, e);
    }
  }

  private static byte[] readBytes(Class<?> template) {
    String name = template.getName();
    String file = name.substring(name.lastIndexOf('.') + 1) + ".class";
    try (InputStream in = template.getResourceAsStream(file)) {
      return Objects.requireNonNull(in, () -> "no class file of " + name).readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException("can't read the class file of " + name, e);
    }
  }
}
