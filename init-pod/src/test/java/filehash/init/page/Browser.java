package filehash.init.page;

import filehash.backends.Await;
import filehash.program.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A Chromium without a window, driven by its own protocol. One tab, owned by one test. */
public final class Browser implements AutoCloseable {
    /**
     * Chromium aborts requests if another program of the machine, such as Docker, adds a network interface; and the
     * server ends a connection if the machine takes 2 s to read a request. The page sends them again.
     */
    private static final List<String> PASSING =
            List.of("net::ERR_NETWORK_CHANGED", "net::ERR_EMPTY_RESPONSE", "net::ERR_CONNECTION_RESET");

    private final Process process;
    private final WebSocket socket;
    private final AtomicInteger calls = new AtomicInteger();
    private final Map<Integer, CompletableFuture<Map<?, ?>>> answers = new ConcurrentHashMap<>();
    private final List<String> complaints = new CopyOnWriteArrayList<>();

    private record Tab(String webSocketDebuggerUrl) {
    }

    /** Collects the parts of a message, and hands it on. */
    private final class Listener implements WebSocket.Listener {
        private final StringBuilder message = new StringBuilder();

        @Override
        public CompletionStage<?> onText(WebSocket from, CharSequence part, boolean last) {
            message.append(part);
            if (last) {
                heard(Json.read(message.toString(), Map.class));
                message.setLength(0);
            }
            from.request(1);
            return null;
        }
    }

    private Browser(Process process, URI tab) throws Exception {
        this.process = process;
        this.socket = HttpClient.newHttpClient().newWebSocketBuilder().buildAsync(tab, new Listener())
                .get(Await.BOUND.toSeconds(), TimeUnit.SECONDS);
    }

    /** @param folder for its profile and its log */
    public static Browser start(Path folder) throws Exception {
        Path profile = Files.createDirectories(folder.resolve("chromium"));
        ProcessBuilder builder = new ProcessBuilder("chromium", "--headless=new", "--no-sandbox", "--disable-gpu",
                "--disable-dev-shm-usage", "--no-first-run", "--disable-background-networking", "--disable-sync",
                "--disable-extensions", "--disable-component-update", "--remote-debugging-port=0",
                "--remote-allow-origins=*", "--user-data-dir=" + profile, "about:blank")
                .redirectErrorStream(true).redirectOutput(folder.resolve("chromium.log").toFile());
        Process process;
        try {
            process = builder.start();
        } catch (IOException e) {
            throw new IllegalStateException("there is no chromium: apt-get install chromium", e);
        }
        Path port = profile.resolve("DevToolsActivePort");
        Await.until("Chromium listens", Await.BOUND, () -> Files.readAllLines(port).size() > 1);
        URI tabs = URI.create("http://127.0.0.1:" + Files.readAllLines(port).get(0) + "/json/new?about:blank");
        String tab = HttpClient.newHttpClient().send(HttpRequest.newBuilder(tabs)
                .PUT(HttpRequest.BodyPublishers.noBody()).build(), HttpResponse.BodyHandlers.ofString()).body();
        Browser browser = new Browser(process, URI.create(Json.read(tab, Tab.class).webSocketDebuggerUrl));
        for (String domain : List.of("Page", "Runtime", "Log", "Network")) {
            browser.call(domain + ".enable", Map.of());
        }
        return browser;
    }

    private void heard(Map<?, ?> message) {
        if (message.get("id") != null) {
            answers.remove(message.get("id")).complete(message);
        } else if (List.of("Runtime.exceptionThrown", "Log.entryAdded").contains(message.get("method"))) {
            String complaint = message.get("params").toString();
            if (PASSING.stream().noneMatch(complaint::contains)) {
                complaints.add(complaint);
            }
        }
    }

    private Map<?, ?> call(String method, Map<String, ?> params) throws Exception {
        int id = calls.incrementAndGet();
        CompletableFuture<Map<?, ?>> answer = new CompletableFuture<>();
        answers.put(id, answer);
        socket.sendText(Json.write(Map.of("id", id, "method", method, "params", params)), true)
                .get(Await.BOUND.toSeconds(), TimeUnit.SECONDS);
        Map<?, ?> got = answer.get(Await.BOUND.toSeconds(), TimeUnit.SECONDS);
        if (got.get("result") == null) {
            throw new IOException(method + ": " + got);
        }
        return (Map<?, ?>) got.get("result");
    }

    /** Shows a window of this size, in dark or light. */
    public Browser window(int width, int height, boolean dark) throws Exception {
        call("Emulation.setDeviceMetricsOverride", Map.of("width", width, "height", height, "deviceScaleFactor",
                width < 500 ? 2 : 1, "mobile", width < 500));
        return media(Map.of("prefers-color-scheme", dark ? "dark" : "light"));
    }

    /** Sets what a user prefers. */
    public Browser media(Map<String, String> features) throws Exception {
        call("Emulation.setEmulatedMedia", Map.of("features", features.entrySet().stream()
                .map(feature -> Map.of("name", feature.getKey(), "value", feature.getValue())).toList()));
        return this;
    }

    /** Asks again where such a failure meets the page itself. */
    public Browser open(String url) {
        Await.until("it opens " + url, Await.BOUND, () -> {
            Object error = call("Page.navigate", Map.of("url", url)).get("errorText");
            return PASSING.stream().noneMatch(passing -> passing.equals(error));
        });
        return this;
    }

    /** The value of an expression of JavaScript, as text. */
    public String value(String expression) throws Exception {
        Map<?, ?> got = call("Runtime.evaluate", Map.of("expression", "Promise.resolve(" + expression
                + ").then(String)", "awaitPromise", true, "userGesture", true, "allowUnsafeEvalBlockedByCSP", false));
        if (got.get("exceptionDetails") != null) {
            throw new IOException(expression + ": " + got.get("exceptionDetails"));
        }
        return String.valueOf(((Map<?, ?>) got.get("result")).get("value"));
    }

    /** Waits until the page shows this text. */
    public Browser awaitText(String text) {
        return awaitTrue("document.body.innerText.includes(" + Json.write(text) + ")");
    }

    public Browser awaitTrue(String expression) {
        Await.until(expression, Await.BOUND, () -> "true".equals(value(expression)));
        return this;
    }

    /** Presses a key, as its event names it. */
    public Browser press(String key) throws Exception {
        Map<String, Integer> codes = Map.of("Tab", 9, "Enter", 13, "ArrowLeft", 37, "ArrowDown", 40, "End", 35);
        Map<String, Object> event = new HashMap<>(Map.of("type", "rawKeyDown", "key", key, "code", key,
                "windowsVirtualKeyCode", codes.get(key)));
        if (key.equals("Enter")) {
            event.put("type", "keyDown");
            event.put("text", "\r");
        }
        call("Input.dispatchKeyEvent", event);
        event.put("type", "keyUp");
        call("Input.dispatchKeyEvent", event);
        return this;
    }

    /** What the page's code threw, what its policy refused, and which requests failed. */
    public List<String> complaints() {
        return complaints;
    }

    /** Saves the whole page as a picture. */
    public void picture(Path file) throws Exception {
        Object data = call("Page.captureScreenshot", Map.of("format", "png", "captureBeyondViewport", true))
                .get("data");
        Files.createDirectories(file.getParent());
        Files.write(file, Base64.getDecoder().decode(String.valueOf(data)));
    }

    @Override
    public void close() {
        socket.abort();
        process.destroy();
        process.onExit().orTimeout(Await.BOUND.toSeconds(), TimeUnit.SECONDS).join();
    }
}
