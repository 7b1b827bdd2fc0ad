/** The address holds the view: links, Back, stages, language and theme, in Chromium. */

import assert from "node:assert/strict";
import { graphReady } from "./browser.mjs";
import { assertAccessible, assertQuiet } from "./checks.mjs";
import { lit, MLOPS, MLOPS_ANSWER } from "./hands.mjs";
import { open, params, test, visit } from "./visit.mjs";

test("a shared link shows what its sender saw", () =>
  visit(MLOPS, async (page, server) => {
    await graphReady(page);
    await page.click("[data-show=data]");
    const uri = MLOPS_ANSWER.graph.artifacts.find(({ uri }) => uri.endsWith("/test/")).uri;
    await page.click(`[data-uri="${uri}"]`);
    await page.fill(".stage-tools input", "model");
    await page.waitForSelector(".react-flow__node.match");
    const before = { address: page.url(), lit: await lit(page), panel: await page.textContent("#panel-body") };
    const other = await open();
    await other.page.goto(page.url());
    await graphReady(other.page);
    await other.page.waitForSelector(".react-flow__node.match");
    assert.deepEqual(
      { address: other.page.url(), lit: await lit(other.page), panel: await other.page.textContent("#panel-body") },
      before,
    );
    await other.context.close();
    assert.equal(server.asked.filter(({ path }) => path === "/lineage").length, 2, "no question was asked twice");
  }));

/** The point of the graph in the middle of its window, and how large it is drawn. */
const spot = (page) =>
  page.evaluate(() => {
    const { clientWidth, clientHeight } = document.querySelector(".react-flow");
    const { a, e, f } = new DOMMatrix(document.querySelector(".react-flow__viewport").style.transform);
    return { x: Math.round((clientWidth / 2 - e) / a), y: Math.round((clientHeight / 2 - f) / a), zoom: a };
  });
const near = (one, other, most) =>
  Object.keys(one).every((key) => Math.abs(one[key] - other[key]) <= (key === "zoom" ? 0.001 : most));

test("where the graph was moved to and that the panel is shut are in the address, for a window of any size", () =>
  visit(`${MLOPS}&show=data`, async (page) => {
    await graphReady(page);
    assert.equal(params(page).at, undefined);
    await page.click(".panel-close");
    await page.waitForFunction(() => location.search.includes("panel=closed"));
    await page.mouse.move(400, 500);
    await page.mouse.down();
    await page.mouse.move(300, 420, { steps: 4 });
    await page.mouse.up();
    await page.waitForFunction(() => location.search.includes("at="));
    const panned = params(page).at;
    await page.click(".controls button >> nth=0");
    await page.waitForFunction((panned) => !location.search.includes(encodeURIComponent(panned)), panned);
    const moved = await spot(page);
    const address = page.url();
    const other = await open({ viewport: { width: 1100, height: 760 } });
    await other.page.goto(address);
    await graphReady(other.page);
    await other.page.waitForFunction((zoom) => {
      const { a } = new DOMMatrix(document.querySelector(".react-flow__viewport").style.transform);
      return Math.abs(a - zoom) < 0.001;
    }, moved.zoom);
    assert.ok(near(await spot(other.page), moved, 2), JSON.stringify([await spot(other.page), moved]));
    assert.equal(await other.page.locator(".panel").count(), 0);
    assert.equal(other.page.url(), address);
    await other.context.close();
    await page.click("[data-show=steps]");
    await page.waitForFunction(() => !location.search.includes("at="));
    await page.goBack();
    await page.waitForSelector("[data-shield]");
    assert.equal(page.url(), address);
    await page.$eval("[data-step=Extract]", (card) => card.click());
    await page.waitForSelector("[data-details]");
    assert.equal(params(page).panel, undefined, "what is chosen opens the panel");
    await page.click(".controls button >> nth=2");
    await page.waitForFunction(() => !location.search.includes("at="));
  }));

test("the page works under a stage, opened with its slash and without", async () => {
  for (const path of ["/prod/", "/prod"]) {
    await visit(
      MLOPS,
      async (page, server, { trouble }) => {
        await page.goto(`${server.origin}${path}${MLOPS}`);
        await graphReady(page);
        const asked = server.asked.map(({ path }) => path);
        assert.ok(
          asked.every((path) => path.startsWith("/prod")),
          JSON.stringify(asked),
        );
        await page.click("[data-step=Train]");
        await page.waitForFunction(() => location.search.includes("select="));
        assert.equal(new URL(page.url()).pathname, path);
        await assertQuiet(page, trouble, server.base);
      },
      { server: { stage: "/prod" } },
    );
  }
});

test("Korean and English are chosen by the browser, and switched by hand", () =>
  visit(
    MLOPS,
    async (page) => {
      await graphReady(page);
      assert.equal(await page.getAttribute("html", "lang"), "ko");
      assert.match(await page.textContent("#tab-findings"), /발견 사항/);
      await assertAccessible(page, "Korean");
      await page.click("[data-language=en]");
      await page.waitForFunction(() => document.documentElement.lang === "en");
      assert.match(await page.textContent("#tab-findings"), /Findings/);
      await page.reload();
      await graphReady(page);
      assert.equal(await page.getAttribute("html", "lang"), "en");
    },
    { locale: "ko-KR" },
  ));

test("dark and light are chosen by the browser, and switched by hand", () =>
  visit(
    MLOPS,
    async (page) => {
      await graphReady(page);
      const ground = () => page.$eval("body", (body) => getComputedStyle(body).backgroundColor);
      const dark = await ground();
      await assertAccessible(page, "dark");
      await page.click("[data-theme-switch]");
      await page.waitForFunction((dark) => getComputedStyle(document.body).backgroundColor !== dark, dark);
      await assertAccessible(page, "light");
      await page.emulateMedia({ colorScheme: "light" });
      const light = await ground();
      await page.click("[data-theme-switch]");
      await page.waitForFunction((light) => getComputedStyle(document.body).backgroundColor !== light, light);
      assert.equal(await ground(), dark);
    },
    { colorScheme: "dark" },
  ));
