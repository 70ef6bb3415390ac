package io.millrace.cli;

import io.millrace.examples.Arguments;
import io.millrace.examples.flights.PlaySpeed;
import java.time.Duration;
import java.util.function.Function;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Read the values of options; what they can't read becomes a sentence for the user. */
final class Converters {

  static final class ToSpeed implements ITypeConverter<PlaySpeed> {
    @Override
    public PlaySpeed convert(String text) {
      return read(PlaySpeed::parse, text);
    }
  }

  static final class ToInterval implements ITypeConverter<Duration> {
    @Override
    public Duration convert(String text) {
      return read(Arguments::duration, text);
    }
  }

  static final class ToAddress implements ITypeConverter<Arguments.HostAndPort> {
    @Override
    public Arguments.HostAndPort convert(String text) {
      return read(Arguments.HostAndPort::parse, text);
    }
  }

  private Converters() {}

  private static <T> T read(Function<String, T> reader, String text) {
    try {
      return reader.apply(text);
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException(e.getMessage());
    }
  }
}
