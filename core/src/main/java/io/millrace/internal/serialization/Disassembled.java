package io.millrace.internal.serialization;

import java.io.IOException;
import java.io.OutputStream;
import java.io.Serializable;
import java.util.Optional;

/** What takes the place of a record or optional that is not serializable, on the way. */
record Disassembled(Class<?> type, Object[] components) implements Serializable {

  /** Java serialization puts back what was taken apart by this. */
  private Object readResolve() {
    if (type == Optional.class) {
      return Optional.ofNullable(components[0]);
    }
    return RecordType.of(type)
        .orElseThrow(() -> new IllegalStateException(type.getName() + " is no record any more"))
        .make(components);
  }

  /** Takes apart what it has to. */
  static final class Output extends JavaSerialization.ClassTableOutput {

    Output(OutputStream out, ClassTable classes) throws IOException {
      super(out, classes);
      enableReplaceObject(true);
    }

    @Override
    protected Object replaceObject(Object object) {
      if (object instanceof Serializable) {
        return object;
      } else if (object instanceof Optional<?> optional) {
        return new Disassembled(Optional.class, new Object[] {optional.orElse(null)});
      }
      Optional<RecordType> type = RecordType.of(object.getClass());
      if (type.isEmpty()) {
        return object;
      }
      Object[] components = new Object[type.get().numComponents()];
      for (int i = 0; i < components.length; i++) {
        components[i] = type.get().component(object, i);
      }
      return new Disassembled(object.getClass(), components);
    }
  }
}
