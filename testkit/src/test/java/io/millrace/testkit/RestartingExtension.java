package io.millrace.testkit;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;

/**
 * Runs each test with a restart between every two batches of its {@link StreamTest}s. Found by
 * {@code META-INF/services}; does nothing unless {@code streamtest.restarts} is set.
 */
public final class RestartingExtension implements InvocationInterceptor {

  @Override
  public void interceptTestMethod(
      Invocation<Void> invocation,
      ReflectiveInvocationContext<Method> test,
      ExtensionContext context)
      throws Throwable {
    intercept(invocation, test);
  }

  @Override
  public void interceptTestTemplateMethod(
      Invocation<Void> invocation,
      ReflectiveInvocationContext<Method> test,
      ExtensionContext context)
      throws Throwable {
    intercept(invocation, test);
  }

  private static void intercept(
      Invocation<Void> invocation, ReflectiveInvocationContext<Method> test) throws Throwable {
    if (!Boolean.getBoolean("streamtest.restarts")) {
      invocation.proceed();
      return;
    }
    invocation.skip();
    Method method = test.getExecutable();
    method.setAccessible(true);
    Object instance = test.getTarget().orElse(null);
    Object[] arguments = test.getArguments().toArray();
    Incarnations.run(
        () -> {
          try {
            method.invoke(instance, arguments);
          } catch (InvocationTargetException e) {
            throw e.getCause();
          }
        });
  }
}
