package io.millrace.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.millrace.spi.checkpoint.ShownLocation;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class S3LocationTest {

  @Test
  void parse_ofABucketAloneLeavesAllElseToTheEnvironment() throws IOException {
    assertThat(S3Location.parse("s3://my-bucket"))
        .isEqualTo(
            new S3Location(
                "s3://my-bucket", "my-bucket", "", Optional.empty(), Optional.empty(), false));
  }

  @Test
  void parse_takesAllParameters() throws IOException {
    S3Location location =
        S3Location.parse(
            "s3://bucket/a/b%20c/?endpoint=http://127.0.0.1:9000&region=us-east-1&pathStyle=true");

    assertThat(location.prefix()).isEqualTo("a/b c/");
    assertThat(location.endpoint()).contains(URI.create("http://127.0.0.1:9000"));
    assertThat(location.region()).contains("us-east-1");
    assertThat(location.isPathStyle()).isTrue();
  }

  /** A secret may have any character, and so end up in any part of the location. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "s3://KEY:tiger@bucket/a",
        "s3://KEY:ti/tiger@bucket/a",
        "s3://KEY:ti+/tiger=@bucket/a",
        "s3://KEY:ti ger tiger@bucket/a",
        "s3://KEY:ti?tiger@bucket/a",
        "s3://KEY:ti#tiger@bucket/a",
        "s3://KEY:ti%tiger@bucket/a",
        "s3://KEY:ti@tiger@bucket/a",
        "s3://bucket/a?secretKey=tiger",
        "s3://bucket/a?region=&secretKey=tiger",
        "s3://bucket/a?endpoint=http://KEY:tiger@host",
        "s3://bucket/a?endpoint=KEY:tiger@host",
        "s3://bucket/a?region=tiger&pathStyle=yes&password=tiger"
      })
  void errors_showNoSecrets(String location) {
    Throwable thrown = catchThrowable(() -> S3Location.parse(location));
    StringWriter trace = new StringWriter();
    thrown.printStackTrace(new PrintWriter(trace));

    assertThat(thrown).isInstanceOf(IOException.class);
    assertThat(trace.toString()).doesNotContain("tiger");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "s3://bucket/a?pathstyle=true | did you mean pathStyle?",
        "s3://bucket/a?regoin=x | did you mean region?",
        "s3://bucket/a?endpont=http://h | did you mean endpoint?",
        "s3://bucket/a?region= | region once, with a value",
        "s3://bucket/a?region=a&region=b | region once, with a value",
        "s3://bucket/a?region=EU West | is not a location in S3",
        "s3://bucket/a?region=EU | which is not like eu-west-1",
        "s3://bucket/a?pathStyle=yes | neither true nor false",
        "s3://bucket/a?endpoint=127.0.0.1:9000 | not like https://host:port",
        "s3://bucket/a?endpoint=ftp://host | not like https://host:port",
        "s3://127.0.0.1:9000/bucket | a host goes into endpoint=",
        "s3:///a | the name of a bucket",
        "s3:/bucket/a | the name of a bucket",
        "s3://bucket/a//b | can't be a part",
        "s3://bucket/a/../b | can't be a part",
        "s3://bucket/a#b | the name of a bucket"
      })
  void parse_saysWhatIsWrong(String text, String message) {
    assertThatThrownBy(() -> S3Location.parse(text))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(ShownLocation.of(text))
        .hasMessageContaining(message);
  }

  @Test
  void parse_refusesCredentialsAndDoesNotRepeatThem() {
    assertThatThrownBy(() -> S3Location.parse("s3://AKIA:hidden@bucket/a"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("AWS_ACCESS_KEY_ID")
        .hasMessageNotContaining("hidden");
  }
}
