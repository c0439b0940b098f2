package filehash.init;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import filehash.init.page.Browser;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The status page in a real Chromium: target/page holds a picture of each state, on a phone and on a desk. */
class PageLooksIT {
    private static final Path PICTURES = Path.of("target", "page");
    private static final String HOSTILE = "<script>document.title='broken'<";
    private static final String PHOTOS = "2026-11-30-photos";
    @TempDir
    static Path folder;
    private static Browser browser;
    private Store store;
    private Scenes scenes;
    private Served page;

    /** What etcd holds, which view of the page shows it, and what it must say. */
    private enum Scene {
        MANY_JOBS(PHOTOS, "64 jobs", "38 done", "8 at work", "1 parked", "16 waiting",
                "What bounds it is not known yet", "ARCHIVED") {
            @Override
            void put(Scenes scenes) throws InterruptedException {
                scenes.run(PHOTOS, "photos/", "d".repeat(17) + "p" + "d".repeat(21) + "r".repeat(8) + "f"
                        + "w".repeat(16));
                scenes.planned(PHOTOS, 90_000, 64_000_000_000L);
            }
        },
        ONE_JOB("scans", "Job 0 · at work", "1 job", "its last jobs", "No object.") {
            @Override
            void put(Scenes scenes) throws InterruptedException {
                scenes.run("scans", "scans/", "r");
            }
        },
        FOUR_JOBS("four", "Job 3 · parked", "filehash retry four", "table FileHash is full") {
            @Override
            void put(Scenes scenes) throws InterruptedException {
                scenes.run("four", "photos/", "drrp");
            }
        },
        MOST_JOBS("everything", "4,096 jobs", "240 at work", "Each cell is a job", "Job 1702 · tried again") {
            @Override
            void put(Scenes scenes) throws InterruptedException {
                scenes.run("everything", "photos/", "d".repeat(1702) + "f" + "r".repeat(240)
                        + "w".repeat(4096 - 1943));
            }
        },
        PLANNING("tapes", "planning", "Bound by the listing") {
            @Override
            void put(Scenes scenes) throws InterruptedException {
                scenes.planning("tapes");
            }
        },
        PARKED("films", "parked after 5 attempts", "etcdctl del ", "filehash retry films") {
            @Override
            void put(Scenes scenes) throws InterruptedException {
                scenes.run("films", "films/", "dpdp");
            }
        },
        BAD("typo", "job 'sixteen' is not a number from 1 to 65536", "etcdctl del --prefix ") {
            @Override
            void put(Scenes scenes) {
                scenes.bad("typo");
            }
        },
        REFUSED("denied", "AccessDenied", "filehash retry denied", "etcdctl del ") {
            @Override
            void put(Scenes scenes) throws InterruptedException {
                scenes.refused("denied");
            }
        },
        DONE("2026-11-29-photos", "16 of 16 ✓", "321 × 2 = 642", "3 objects", "SELECT * FROM FileHashProof") {
            @Override
            void put(Scenes scenes) {
                scenes.done("2026-11-29-photos");
            }
        },
        PAUSED("maps", "paused", "filehash resume maps", "/paused", "2 done", "priority 5") {
            @Override
            void put(Scenes scenes) throws InterruptedException {
                scenes.paused("maps");
            }
        },
        CANCELLING("oops", "being cancelled", "the next pod that looks ends it", "1 parked") {
            @Override
            void put(Scenes scenes) throws InterruptedException {
                scenes.cancelling("oops");
            }
        },
        CANCELLED("mistake", "cancelled", "5 of 16", "321") {
            @Override
            void put(Scenes scenes) {
                scenes.cancelled("mistake");
            }
        },
        NO_PODS(null, "No pod is at work", "16 jobs wait", "kubectl scale", "waiting") {
            @Override
            void put(Scenes scenes) {
                scenes.store().request("later", 16);
            }
        },
        NOTHING(null, "Nothing to do", "filehash submit") {
            @Override
            void put(Scenes scenes) {
            }
        },
        ALL(null, "Needs you", "typo is bad", "films has 2 parked jobs", "Ended last", "planning") {
            @Override
            void put(Scenes scenes) throws InterruptedException {
                for (Scene scene : List.of(MANY_JOBS, ONE_JOB, PLANNING, PARKED, BAD, PAUSED, NO_PODS, DONE,
                        CANCELLING, CANCELLED)) {
                    scene.put(scenes);
                }
                scenes.run("x".repeat(200) + HOSTILE, HOSTILE + "/", "drrw");
            }
        };

        private final String id;
        private final List<String> says;

        Scene(String id, String... says) {
            this.id = id;
            this.says = List.of(says);
        }

        abstract void put(Scenes scenes) throws InterruptedException;
    }

    @BeforeAll
    static void start() throws Exception {
        browser = Browser.start(folder);
    }

    @AfterAll
    static void end() {
        browser.close();
    }

    @BeforeEach
    void open() throws Exception {
        store = Store.create();
        scenes = new Scenes(store);
    }

    @AfterEach
    void close() throws Exception {
        leave();
        page.close();
        store.close();
        browser.complaints().clear();
    }

    /** From then on nothing of the page asks for anything. */
    private static Browser leave() throws Exception {
        return browser.open("about:blank").awaitTrue("location.href === 'about:blank'");
    }

    private void show(String id) throws Exception {
        page = Served.on(store);
        leave().open(page.url() + (id == null ? "" : "#/" + id));
    }

    @ParameterizedTest
    @EnumSource(Scene.class)
    void page_showsEachStateOnAPhoneAndOnADeskInDarkAndLight(Scene scene) throws Exception {
        scene.put(scenes);
        show(scene.id);
        for (boolean dark : new boolean[] {true, false}) {
            for (int width : new int[] {360, 1280}) {
                browser.window(width, 800, dark);
                scene.says.forEach(browser::awaitText);
                assertEquals("true", browser.value("document.documentElement.scrollWidth <= innerWidth"),
                        "it is wider than a window of " + width);
                browser.picture(PICTURES.resolve(scene.name().toLowerCase(Locale.ROOT).replace('_', '-') + "-" + width
                        + (dark ? "-dark" : "-light") + ".png"));
            }
        }
        assertEquals(List.of(), browser.complaints());
    }

    @Test
    void names_thatAreMarkupAreShownAsText() throws Exception {
        String id = "<script>document.title='broken'<";
        scenes.run(id, "<img src=x onerror=\"document.title='broken'\">/", "drpw");
        show(URLEncoder.encode(id, StandardCharsets.UTF_8).replace("+", "%20"));
        browser.window(1280, 800, false).awaitText(id).awaitText("onerror").awaitText("<script>IMG_");
        browser.awaitText("filehash retry '<script>document.title='\\''broken'\\''<'");
        assertEquals(id + " · filehash", browser.value("document.title"));
        assertEquals("0", browser.value("document.querySelectorAll('main img, main script').length"));
        browser.open("about:blank").open(page.url()).awaitText(id);
        assertEquals(List.of(), browser.complaints());
    }

    @Test
    void policy_letsNothingElseRunOrLoad() throws Exception {
        show(null);
        browser.awaitText("Nothing to do");
        for (String attack : List.of("document.body.innerHTML = '<b>markup</b>'", "eval('1')",
                "document.body.append(Object.assign(document.createElement('script'), {text: '1'}))")) {
            assertTrue(browser.value("(() => { try { " + attack + "; return 'ran' } catch (e) { return e.name } })()")
                    .endsWith("Error"), attack);
        }
        assertEquals("TypeError", browser.value("fetch('http://127.0.0.1:1/').catch((e) => e.name)"));
        assertTrue(browser.complaints().toString().contains("Content Security Policy"),
                browser.complaints().toString());
        assertEquals("", browser.value("performance.getEntriesByType('resource').map((one) => one.name)"
                + ".filter((name) => !name.startsWith(location.origin)).join()"));
    }

    @Test
    void keyboard_reachesEachRequestAndEachJob() throws Exception {
        scenes.run("four", "photos/", "drrp");
        show(null);
        browser.window(1280, 800, false).awaitText("four");
        tabTo("open four");
        browser.press("Enter").awaitText("Job 3 · parked");
        tabTo("map");
        browser.press("ArrowLeft").awaitText("Job 2 · at work");
        browser.press("End").awaitText("Job 3 · parked");
        tabTo("copy filehash retry four");
        browser.value(
                "(() => { new MutationObserver(() => { window.copied ||= document.body.innerText.includes('Copied') })"
                        + ".observe(document.body, {childList: true, subtree: true}) })()");
        browser.press("Enter").awaitTrue("window.copied"); // the word goes soon
        store.put("/wip/four/3/error", "{\"gaveUp\":6,\"lost\":0,\"reason\":\"another\"}");
        browser.awaitText("parked after 6 attempts: another");
        assertEquals("copy filehash retry four", browser.value("document.activeElement.dataset.key"));
    }

    private void tabTo(String key) throws Exception {
        for (int i = 0; i < 40 && !key.equals(browser.value("document.activeElement.dataset.key")); i++) {
            browser.press("Tab");
        }
        assertEquals(key, browser.value("document.activeElement.dataset.key"));
    }

    @Test
    void motion_isLeftOutForWhomItDisturbs() throws Exception {
        scenes.run("scans", "scans/", "r");
        show("scans");
        browser.awaitText("at work").awaitTrue("document.getAnimations().length > 0");
        browser.media(Map.of("prefers-reduced-motion", "reduce"))
                .awaitTrue("document.getAnimations().length === 0");
    }
}
