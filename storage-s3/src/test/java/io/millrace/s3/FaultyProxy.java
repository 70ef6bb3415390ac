package io.millrace.s3;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** Stands between a client and the store, and does to requests what networks and stores do. */
final class FaultyProxy implements AutoCloseable {

  private static final Set<String> OWN_HEADERS =
      Set.of("connection", "content-length", "expect", "transfer-encoding", "date", "server");

  /** What happens to a request. */
  interface Fault {
    void apply(FaultyProxy proxy, HttpExchange exchange, byte[] body) throws Exception;
  }

  /** Nothing. */
  static final Fault PASS =
      (proxy, exchange, body) -> answer(exchange, proxy.forward(exchange, body));

  /** It does not arrive. */
  static final Fault LOSE_REQUEST = (proxy, exchange, body) -> exchange.close();

  /** It is carried out, but the answer does not arrive. */
  static final Fault LOSE_ANSWER =
      (proxy, exchange, body) -> {
        proxy.forward(exchange, body);
        exchange.close();
      };

  /** The answer breaks off in the middle. */
  static final Fault BREAK_ANSWER_OFF =
      (proxy, exchange, body) -> {
        HttpResponse<byte[]> response = proxy.forward(exchange, body);
        copyHeaders(response, exchange);
        exchange.sendResponseHeaders(response.statusCode(), response.body().length);
        exchange.getResponseBody().write(response.body(), 0, response.body().length / 2);
        exchange.getResponseBody().flush();
        exchange.close();
      };

  /** The answer does not say how long it is. */
  static final Fault TELL_NO_LENGTH =
      (proxy, exchange, body) -> {
        HttpResponse<byte[]> response = proxy.forward(exchange, body);
        copyHeaders(response, exchange);
        exchange.sendResponseHeaders(response.statusCode(), 0);
        exchange.getResponseBody().write(response.body());
        exchange.close();
      };

  /** The answer does not say which part of an object it is, as if it were all of one. */
  static final Fault TELL_NO_RANGE =
      (proxy, exchange, body) -> {
        HttpResponse<byte[]> response = proxy.forward(exchange, body);
        copyHeaders(response, exchange);
        exchange.getResponseHeaders().remove("Content-Range");
        exchange.sendResponseHeaders(200, response.body().length);
        exchange.getResponseBody().write(response.body());
        exchange.close();
      };

  /** What is listed is years old. */
  static final Fault LOOK_OLD =
      (proxy, exchange, body) -> {
        HttpResponse<byte[]> response = proxy.forward(exchange, body);
        String text = new String(response.body(), StandardCharsets.UTF_8);
        byte[] old =
            text.replaceAll("<LastModified>\\d{4}", "<LastModified>2020")
                .getBytes(StandardCharsets.UTF_8);
        copyHeaders(response, exchange);
        exchange.sendResponseHeaders(response.statusCode(), old.length);
        exchange.getResponseBody().write(old);
        exchange.close();
      };

  /** The store says yes, whatever the condition. */
  static final Fault SAY_YES =
      (proxy, exchange, body) -> {
        exchange.sendResponseHeaders(200, -1);
        exchange.close();
      };

  /** The store answers with an error, and does nothing. */
  static Fault refuse(int status, String code) {
    return (proxy, exchange, body) -> {
      byte[] error =
          String.format("<Error><Code>%s</Code><Message>as told</Message></Error>", code)
              .getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().set("Content-Type", "application/xml");
      exchange.sendResponseHeaders(status, error.length);
      exchange.getResponseBody().write(error);
      exchange.close();
    };
  }

  /** It is on its way until it is let go. */
  static Fault hold(CountDownLatch isHeld, CountDownLatch mayGo, CountDownLatch hasArrived) {
    return (proxy, exchange, body) -> {
      isHeld.countDown();
      mayGo.await();
      HttpResponse<byte[]> response = proxy.forward(exchange, body);
      hasArrived.countDown();
      answer(exchange, response);
    };
  }

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final URI target;
  private final boolean isOneAtATime;
  private final Object turn = new Object();
  private final Deque<Fault> faultsOfPuts = new ArrayDeque<>();
  private final Deque<Fault> faultsOfGets = new ArrayDeque<>();
  private final AtomicInteger numPuts = new AtomicInteger();

  /**
   * Starts one.
   *
   * @param isOneAtATime whether the store sees one request at a time. S3Proxy shows uploads under
   *     way in lists, as objects of strange names, which S3 does not do
   */
  FaultyProxy(URI target, boolean isOneAtATime) throws IOException {
    this.target = target;
    this.isOneAtATime = isOneAtATime;
    this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
  }

  URI endpoint() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  /** What happens to the puts of objects from here on, one after the other. */
  void onPuts(Fault... faults) {
    synchronized (turn) {
      faultsOfPuts.addAll(List.of(faults));
    }
  }

  void onGets(Fault... faults) {
    synchronized (turn) {
      faultsOfGets.addAll(List.of(faults));
    }
  }

  int numPuts() {
    return numPuts.get();
  }

  private void handle(HttpExchange exchange) throws IOException {
    byte[] body = exchange.getRequestBody().readAllBytes();
    try {
      next(exchange).apply(this, exchange, body);
    } catch (InterruptedException e) {
      exchange.close();
    } catch (IOException | RuntimeException e) {
      // The client has gone.
      exchange.close();
    } catch (Exception e) {
      throw new IOException(e);
    }
  }

  private Fault next(HttpExchange exchange) {
    synchronized (turn) {
      boolean isPut = exchange.getRequestMethod().equals("PUT");
      if (isPut) {
        numPuts.incrementAndGet();
      }
      Fault fault =
          switch (exchange.getRequestMethod()) {
            case "PUT" -> faultsOfPuts.poll();
            case "GET" -> faultsOfGets.poll();
            default -> null;
          };
      return fault == null ? PASS : fault;
    }
  }

  private HttpResponse<byte[]> forward(HttpExchange exchange, byte[] body)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(target.resolve(exchange.getRequestURI()))
            .method(
                exchange.getRequestMethod(),
                body.length == 0 ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body));
    exchange
        .getRequestHeaders()
        .forEach(
            (name, values) -> {
              if (!OWN_HEADERS.contains(name.toLowerCase(Locale.ROOT))) {
                values.forEach(value -> request.header(name, value));
              }
            });
    if (!isOneAtATime) {
      return client.send(request.build(), BodyHandlers.ofByteArray());
    }
    synchronized (this) {
      return client.send(request.build(), BodyHandlers.ofByteArray());
    }
  }

  private static void answer(HttpExchange exchange, HttpResponse<byte[]> response)
      throws IOException {
    copyHeaders(response, exchange);
    boolean isHead = exchange.getRequestMethod().equals("HEAD");
    if (isHead) {
      response
          .headers()
          .firstValue("Content-Length")
          .ifPresent(length -> exchange.getResponseHeaders().set("Content-Length", length));
    }
    byte[] body = response.body();
    exchange.sendResponseHeaders(
        response.statusCode(), isHead || body.length == 0 ? -1 : body.length);
    try (OutputStream out = exchange.getResponseBody()) {
      if (!isHead) {
        out.write(body);
      }
    }
  }

  private static void copyHeaders(HttpResponse<byte[]> response, HttpExchange exchange) {
    Headers headers = exchange.getResponseHeaders();
    response
        .headers()
        .map()
        .forEach(
            (name, values) -> {
              if (!OWN_HEADERS.contains(name.toLowerCase(Locale.ROOT))) {
                values.forEach(value -> headers.add(name, value));
              }
            });
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
