package io.millrace.internal.serialization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.millrace.MillraceException;
import io.millrace.NotSerializableFunctionException;
import io.millrace.function.Function;
import io.millrace.function.Function0;
import java.io.Externalizable;
import java.io.IOException;
import java.io.InvalidClassException;
import java.io.NotSerializableException;
import java.io.ObjectInput;
import java.io.ObjectInputStream;
import java.io.ObjectOutput;
import java.io.ObjectOutputStream;
import java.io.ObjectStreamField;
import java.io.Serializable;
import java.net.Socket;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class FunctionCheckTest {
  private static final String HERE = FunctionCheckTest.class.getName();

  // What passes

  @Test
  void check_acceptsFunctionsThatCaptureNothingOrSerializableValues() {
    List<String> words = new ArrayList<>(List.of("a"));
    int factor = 3;
    Function<Integer, Integer> plain = x -> x + 1;
    Function<Integer, Integer> capturing = x -> x * factor + words.size();
    Function<String, Integer> reference = String::length;
    Function<Integer, Function<Integer, Integer>> nested = x -> y -> x + y + factor;

    for (Function<?, ?> function : List.of(plain, capturing, reference, nested)) {
      assertThatCode(() -> FunctionCheck.check(function, "map")).doesNotThrowAnyException();
    }
  }

  @Test
  void check_acceptsAnAnonymousClassOfAStaticMethod() {
    FunctionCheck.check(anonymous(), "map");
  }

  @Test
  void check_acceptsACycleOfSerializableObjects() {
    List<Object> cycle = new ArrayList<>();
    cycle.add(cycle);

    FunctionCheck.check((Function0<Integer>) cycle::size, "map");
  }

  @Test
  void check_ignoresTransientFields() {
    FunctionCheck.check(new WithTransient(), "map");
  }

  @Test
  void check_looksAtAClassOnce() {
    Counting.written = 0;
    for (int i = 0; i < 5; i++) {
      FunctionCheck.check(new Counting(), "map");
    }

    assertThat(Counting.written).isEqualTo(1);
  }

  @Test
  void check_looksAgainAtAClassThatFailed() {
    assertThatThrownBy(() -> FunctionCheck.check(new Retried(new Object()), "map"))
        .isInstanceOf(NotSerializableFunctionException.class);
    assertThatThrownBy(() -> FunctionCheck.check(new Retried(new Object()), "map"))
        .isInstanceOf(NotSerializableFunctionException.class);
    FunctionCheck.check(new Retried("fine"), "map");
  }

  // What the message says

  @Test
  void check_namesOperationLambdaArgumentAndFieldPath() {
    Connection connection = new Connection();
    Function<Integer, Integer> function = x -> x + connection.hashCode();

    NotSerializableFunctionException refusal = refusal(function, "map");

    assertThat(refusal.operation()).isEqualTo("map");
    assertThat(refusal).isInstanceOf(MillraceException.class);
    assertThat(refusal).hasCauseInstanceOf(NotSerializableException.class);
    assertThat(refusal)
        .hasMessageStartingWith("the function given to map (lambda in " + HERE + ".check_names")
        .hasMessageContaining(
            "captures argument 1 of type "
                + Connection.class.getTypeName()
                + " -> field 'socket' of type java.net.Socket, which is not Serializable. Make"
                + " java.net.Socket Serializable, mark the field transient");
  }

  @Test
  void check_namesTheSourceLineOfALambda() {
    Object lock = new Object();
    int line = StackWalker.getInstance().walk(s -> s.findFirst().orElseThrow().getLineNumber()) + 1;
    Function<Integer, Integer> function = x -> x + lock.hashCode();

    assertThat(refusal(function, "map"))
        .hasMessageContaining("(FunctionCheckTest.java:" + line + ")");
  }

  @Test
  void check_countsOnlyCapturedArguments() {
    String first = "a";
    Object second = new Object();
    Function<Integer, String> function = x -> first + second + x;

    assertThat(refusal(function, "map"))
        .hasMessageContaining("captures argument 2 of type java.lang.Object, which is not");
  }

  @Test
  void check_explainsThatALambdaTakesThisAlong() {
    assertThat(refusal(new Job().usesAField(), "filter"))
        .hasMessageContaining("captures 'this' of type " + Job.class.getTypeName() + ", which")
        .hasMessageContaining("a local copy of that member");
  }

  @Test
  void check_numbersArgumentsBesideThisFromOne() {
    assertThat(refusal(new SerializableJob().usesThisAnd(new Object()), "filter"))
        .hasMessageContaining("captures argument 1 of type java.lang.Object, which");
  }

  @Test
  void check_followsThisIntoItsFields() {
    assertThat(refusal(new SerializableJob(new Socket()).usesAField(), "map"))
        .hasMessageContaining("captures 'this' of type " + SerializableJob.class.getTypeName())
        .hasMessageContaining("-> field 'resource' of type java.net.Socket, which is not");
  }

  @Test
  void check_namesTheEnclosingInstanceOfAnInnerClass() {
    Job.Inner inner = new Job().new Inner();

    assertThat(refusal(inner, "map"))
        .hasMessageContaining("(class " + Job.Inner.class.getTypeName() + ")")
        .hasMessageContaining("captures enclosing instance of type " + Job.class.getTypeName())
        .hasMessageContaining("takes its enclosing object along; a static class");
  }

  @Test
  void check_namesTheVariableThatAnAnonymousClassCaptures() {
    assertThat(refusal(anonymousCapturing(new Object()), "flatMap"))
        .hasMessageContaining("captures variable 'captured' of type java.lang.Object, which");
  }

  @Test
  void check_followsALambdaInsideALambda() {
    Object lock = new Object();
    Function<Integer, Integer> inner = x -> x + lock.hashCode();
    Function<Integer, Integer> outer = x -> inner.call(x) + 1;

    assertThat(refusal(outer, "map"))
        .hasMessageContaining(
            "captures argument 1 of type lambda in "
                + HERE
                + " -> captured argument 1 of type java.lang.Object, which is not Serializable");
  }

  @Test
  void check_namesAMethodReferenceAndItsReceiver() {
    Job job = new Job();
    Function<Integer, Integer> function = job::add;

    assertThat(refusal(function, "map"))
        .hasMessageContaining("(method reference " + Job.class.getName() + "::add)")
        .hasMessageContaining("captures receiver of type " + Job.class.getTypeName());
  }

  @Test
  void check_namesAConstructorAndAStaticInitializer() {
    assertThat(refusal(new Job().fromConstructor, "map"))
        .hasMessageContaining("lambda in " + Job.class.getName() + "'s constructor");
    assertThat(refusal(Job.FROM_INITIALIZER, "map"))
        .hasMessageContaining("lambda in " + Job.class.getName() + "'s static initializer");
  }

  @Test
  void check_tellsHowToMakeALambdaSerializable() {
    Comparator<Integer> comparator = (a, b) -> Integer.compare(b, a);

    assertThat(refusal(comparator, "sortBy"))
        .hasMessageContaining(
            "the function given to sortBy (lambda in " + HERE + ") is not Serializable")
        .hasMessageContaining("io.millrace.function");
  }

  @Test
  void check_findsTheOffenderInListsMapsArraysAndOptionals() {
    List<Object> list = new ArrayList<>(List.of("a", new Object()));
    assertThat(refusal(new Holder(list), "map"))
        .hasMessageContaining(
            "holds field 'value' of type java.util.ArrayList -> element 1 of type"
                + " java.lang.Object, which");

    Map<String, Object> map = new HashMap<>(Map.of("k", new Object()));
    assertThat(refusal(new Holder(map), "map")).hasMessageContaining("-> a value of type");

    assertThat(refusal(new Holder(new Object[] {1, new Object()}), "map"))
        .hasMessageContaining(
            "'value' of type java.lang.Object[] -> element 1 of type java.lang.Object");

    assertThat(refusal(new Holder(Optional.of(1)), "map"))
        .hasMessageContaining("field 'value' of type java.util.Optional, which is not");
  }

  @Test
  void check_followsSuperclassFieldsAndReplacements() {
    assertThat(refusal(new Derived(), "map"))
        .hasMessageContaining("holds field 'inherited' of type java.lang.Object, which is not");
  }

  @Test
  void check_survivesACycleOnTheWayToTheOffender() {
    Node first = new Node();
    Node second = new Node();
    first.next = second;
    second.next = first;
    second.payload = new Object();

    assertThat(refusal(new Holder(first), "map"))
        .hasMessageContaining(
            "field 'next' of type "
                + Node.class.getTypeName()
                + " -> field 'payload' of type java.lang.Object, which is not Serializable");
  }

  @Test
  void check_blamesTheNearestFieldThatIsAllowedTo() {
    assertThat(refusal(new WithPersistentFields(), "map"))
        .hasMessageContaining("holds field 'written' of type java.lang.Object, which");
  }

  @Test
  void check_stopsWhereTheJdkHidesItsFields() {
    assertThat(refusal(new Holder(new AtomicReference<>(new Socket())), "map"))
        .hasMessageContaining(
            "field 'value' of type java.util.concurrent.atomic.AtomicReference, which cannot be"
                + " written (java.io.NotSerializableException: java.net.Socket)");
  }

  @Test
  void check_reportsWhatWriteObjectThrows() {
    assertThat(refusal(new Holder(new FailsToWrite()), "map"))
        .hasMessageContaining("of type " + FailsToWrite.class.getTypeName())
        .hasMessageContaining("which cannot be written (java.lang.IllegalStateException: no!)");
  }

  @Test
  void check_reportsAFailureToReadBack() {
    assertThat(refusal(new Holder(new FailsToRead()), "map"))
        .hasMessageContaining("of type " + FailsToRead.class.getTypeName())
        .hasMessageContaining("can be written but not read back (java.io.IOException: torn)")
        .hasMessageContaining("readObject");
    assertThat(refusal(new NoConstructor(), "map"))
        .hasCauseInstanceOf(InvalidClassException.class)
        .hasMessageContaining("can be written but not read back");
  }

  @Test
  void check_reportsAGraphThatIsTooDeep() {
    Node first = new Node();
    for (int i = 0; i < 200_000; i++) {
      Node node = new Node();
      node.next = first;
      first = node;
    }

    assertThat(refusal(new Holder(first), "map"))
        .hasMessageContaining("its objects are nested too deeply");
  }

  @Test
  void check_reportsTheFailureEvenIfTheExplanationFails() {
    assertThat(refusal(new Holder(new HostileList()), "map"))
        .hasMessageContaining("the function given to map")
        .hasMessageContaining("cannot be written");
  }

  @Test
  void check_explainsExternalizables() {
    assertThat(refusal(new External(), "map"))
        .hasMessageContaining("holds field 'held' of type java.lang.Object, which is not");
  }

  private static NotSerializableFunctionException refusal(Object function, String operation) {
    NotSerializableFunctionException refusal =
        catchThrowableOfType(
            NotSerializableFunctionException.class, () -> FunctionCheck.check(function, operation));
    assertThat(refusal).as("a refusal").isNotNull();
    return refusal;
  }

  private static Function<Integer, Integer> anonymous() {
    return new Function<>() {
      @Override
      public Integer call(Integer value) {
        return value + 1;
      }
    };
  }

  private static Function<Integer, String> anonymousCapturing(Object captured) {
    return new Function<>() {
      @Override
      public String call(Integer value) {
        return captured.toString() + value;
      }
    };
  }

  static final class Connection implements Serializable {
    final String name = "primary";
    final Socket socket = new Socket();
  }

  static final class Job {
    static final Function<Integer, Integer> FROM_INITIALIZER;

    static {
      Object lock = new Object();
      FROM_INITIALIZER = x -> x + lock.hashCode();
    }

    final int factor = Integer.parseInt("3");
    final Function<Integer, Integer> fromConstructor = x -> x + add(x);

    Function<Integer, Integer> usesAField() {
      return x -> x * factor;
    }

    int add(int x) {
      return x + factor;
    }

    final class Inner implements Function<Integer, Integer> {
      @Override
      public Integer call(Integer value) {
        return value + factor;
      }
    }
  }

  static final class SerializableJob implements Serializable {
    final Object resource;

    SerializableJob() {
      this("none");
    }

    SerializableJob(Object resource) {
      this.resource = resource;
    }

    Function<Integer, String> usesAField() {
      return x -> resource.toString() + x;
    }

    Function<Integer, String> usesThisAnd(Object other) {
      return x -> resource.toString() + other + x;
    }
  }

  record Holder(Object value) implements Function0<Object> {
    @Override
    public Object call() {
      return value;
    }
  }

  /** Passes in one test, so that it cannot be refused in another. */
  record Retried(Object value) implements Function0<Object> {
    @Override
    public Object call() {
      return value;
    }
  }

  static final class Node implements Serializable {
    Node next;
    Object payload;
  }

  static final class WithTransient implements Function0<Integer> {
    final transient Object lock = new Object();

    @Override
    public Integer call() {
      return lock == null ? 0 : 1;
    }
  }

  static final class Counting implements Function0<Integer> {
    static int written;

    @Override
    public Integer call() {
      return written;
    }

    private void writeObject(ObjectOutputStream out) throws IOException {
      written++;
      out.defaultWriteObject();
    }
  }

  abstract static class Base implements Function0<Integer> {
    final Object inherited = new Object();
  }

  static final class Derived extends Base {
    @Override
    public Integer call() {
      return inherited.hashCode();
    }
  }

  static final class WithPersistentFields implements Function0<Integer> {
    @SuppressWarnings("UnusedVariable") // read by Java serialization
    private static final ObjectStreamField[] serialPersistentFields = {
      new ObjectStreamField("written", Object.class)
    };

    final Object omitted = new Object();
    final Object written = new Object();

    @Override
    public Integer call() {
      return omitted.hashCode() + written.hashCode();
    }
  }

  static final class FailsToWrite implements Serializable {
    private void writeObject(ObjectOutputStream out) {
      throw new IllegalStateException("no!");
    }
  }

  static final class FailsToRead implements Serializable {
    private void readObject(ObjectInputStream in) throws IOException {
      throw new IOException("torn");
    }
  }

  static class NeedsArgument {
    final int argument;

    NeedsArgument(int argument) {
      this.argument = argument;
    }
  }

  static final class NoConstructor extends NeedsArgument implements Function0<Integer> {
    NoConstructor() {
      super(1);
    }

    @Override
    public Integer call() {
      return argument;
    }
  }

  static final class HostileList extends AbstractList<Object> implements Serializable {
    @Override
    public Object get(int index) {
      throw new IllegalStateException("hostile");
    }

    @Override
    public int size() {
      throw new IllegalStateException("hostile");
    }

    private void writeObject(ObjectOutputStream out) {
      throw new IllegalStateException("hostile");
    }
  }

  public static final class External implements Externalizable, Function0<Integer> {
    final Object held = new Object();

    @Override
    public Integer call() {
      return held.hashCode();
    }

    @Override
    public void writeExternal(ObjectOutput out) throws IOException {
      out.writeObject(held);
    }

    @Override
    public void readExternal(ObjectInput in) {}
  }
}
