/** What a place reaches and what it was made from, in Chromium, held against the answers of `/impact`. */

import assert from "node:assert/strict";
import { graphReady } from "./browser.mjs";
import { assertAccessible, assertQuiet } from "./checks.mjs";
import { impactAnswer, LARGE, MIDDLE, SMALL } from "./fixtures/account.mjs";
import { MARKUP } from "./fixtures/odd.mjs";
import { exported, fitsAcross, lit, press, toldOf, values, WINDOWS } from "./hands.mjs";
import { longTest, params, test, visit } from "./visit.mjs";

const server = { account: MIDDLE };
const START = "s3://shared-raw-lake/raw/0";
const address = (query) => `?${new URLSearchParams(query)}`;
const answerOf = (query, account = MIDDLE) =>
  impactAnswer(account, new URLSearchParams({ direction: "both", maxNodes: "2000", ...query }));
const focused = (page, selector) => page.evaluate((selector) => document.activeElement.matches(selector), selector);
const drawn = async (page) => (await values(page, "vertex")).filter(Boolean);
const groups = async (page) => (await values(page, "group")).filter(Boolean);
const hasVertex = (page, id) =>
  page.waitForFunction(
    (id) => [...document.querySelectorAll("[data-vertex]")].some(({ dataset }) => dataset.vertex === id),
    id,
  );
const drawnCount = (page, count) =>
  page.waitForFunction(
    (count) => [...document.querySelectorAll("[data-vertex]")].filter(({ dataset }) => dataset.vertex).length === count,
    count,
  );

test("a bucket is typed at home, and its reach is one screen", () =>
  visit(
    "",
    async (page, _server, { trouble }) => {
      await page.waitForSelector("[data-total=pipelines]");
      await page.fill(".account .search input", "shared-raw");
      await page.keyboard.press("Enter");
      await graphReady(page);
      assert.deepEqual(params(page), { start: "s3://shared-raw-lake/" });
      for (let i = 0; i < 15 && !(await page.evaluate(() => document.activeElement.matches("[data-place]"))); i += 1)
        await page.keyboard.press("Tab");
      assert.ok(await page.evaluate(() => document.activeElement.matches("[data-place]")), "Tab leads to the graph");
      const { nodes, weakest } = answerOf({ start: "s3://shared-raw-lake/" });
      for (const type of ["model", "endpoint", "package", "step", "data"]) {
        const count = nodes.filter((node) => node.type === type).length;
        assert.equal((await page.textContent(`[data-reached="down.${type}"] b`)).trim(), String(count), type);
      }
      assert.equal(await page.getAttribute("[data-weakest]", "data-weakest"), weakest.id);
      await page.focus("[data-sort=weakest]");
      await page.keyboard.press("Shift+Tab");
      for (let i = 0; i < 5 && !(await focused(page, "[data-skip=over]")); i += 1)
        await page.keyboard.press("Shift+Tab");
      await page.keyboard.press("Enter");
      assert.ok(await focused(page, "[data-skip=back]"), "a long table is passed with one key");
      await page.keyboard.press("Enter");
      assert.ok(await focused(page, "[data-skip=over]"));
      await page.goBack();
      await page.waitForSelector("[data-total=pipelines]");
      await assertQuiet(page, trouble, page.url());
    },
    { server },
  ));

test("it begins with the start and one hop; + shows the neighbours of a vertex, and the address keeps them", () =>
  visit(
    address({ start: "step:churn-012/Step1" }),
    async (page) => {
      await graphReady(page);
      const one = answerOf({ start: "step:churn-012/Step1", depth: "1" });
      const begun = ["step:churn-012/Step1", ...one.nodes.map(({ id }) => id)];
      assert.deepEqual((await drawn(page)).toSorted(), begun.toSorted());
      const next = "data:s3://team-12-data/12/out1";
      await page.evaluate((id) => {
        const card = [...document.querySelectorAll("[data-vertex]")].find(({ dataset }) => dataset.vertex === id);
        card.parentElement.querySelector("[data-hop=down]").click();
      }, next);
      const after = new Set([...begun, ...MIDDLE.edges.filter(({ from }) => from === next).map(({ to }) => to)]);
      await drawnCount(page, after.size);
      assert.deepEqual((await drawn(page)).toSorted(), [...after].toSorted());
      await page.reload();
      await drawnCount(page, after.size);
      await page.goBack();
      await drawnCount(page, begun.length);
    },
    { server },
  ));

test("depth and direction are the service's own", () =>
  visit(
    address({
      start: "step:churn-012/Step1",
      direction: "downstream",
      depth: "2",
      more: "all",
      fold: "none",
      leaves: "true",
    }),
    async (page, { asked }) => {
      await graphReady(page);
      const query = { start: "step:churn-012/Step1", direction: "downstream", depth: "2", maxNodes: "2000" };
      assert.deepEqual(asked.findLast(({ path }) => path === "/impact").query, query);
      const ids = ({ start, nodes }) => [...start, ...nodes].map(({ id }) => id).toSorted();
      assert.deepEqual((await drawn(page)).toSorted(), ids(answerOf(query)));
      await page.selectOption("[data-choose=depth]", "3");
      await drawnCount(page, ids(answerOf({ ...query, depth: "3" })).length);
      assert.deepEqual((await drawn(page)).toSorted(), ids(answerOf({ ...query, depth: "3" })));
      await page.selectOption("[data-choose=direction]", "upstream");
      await page.waitForFunction(() => location.search.includes("direction=upstream"));
    },
    { server },
  ));

test("choosing an endpoint lights its whole path, and tells the weakest place on it", () =>
  visit(
    address({ start: START }),
    async (page) => {
      await graphReady(page);
      const { path } = answerOf({ start: START }).nodes.find(({ id }) => id === "endpoint:live-12");
      await page.fill(".impact-table input", "live-12");
      await page.click("[data-row='endpoint:live-12'] .place-link");
      await page.waitForSelector("[data-details='endpoint:live-12']");
      await page.waitForFunction(() => document.querySelectorAll(".react-flow__node.lit").length > 3);
      assert.deepEqual((await lit(page)).toSorted(), path.toSorted());
      assert.ok((await page.textContent("#panel-body")).includes("Public access: NotPublic"));
      await assertAccessible(page, "a vertex");
      await page.click("[data-from-here]");
      await page.waitForFunction(() => new URL(location.href).searchParams.get("start").includes(":endpoint/live-12"));
    },
    { server },
  ));

test("what is reached stands apart from what it was made from, the served first, and each is a filter", () =>
  visit(
    address({ start: "step:churn-012/Step1" }),
    async (page) => {
      await graphReady(page);
      const answer = answerOf({ start: "step:churn-012/Step1" });
      const down = answerOf({ start: "step:churn-012/Step1", direction: "downstream" }).nodes;
      const count = async (kind) => Number(await page.textContent(`[data-reached="${kind}"] b`));
      assert.equal(await count("down.data"), down.filter(({ type }) => type === "data").length);
      const up = answer.nodes.filter(({ id }) => !down.some((each) => each.id === id));
      assert.equal(await count("up.data"), up.filter(({ type }) => type === "data").length);
      assert.equal(await page.getAttribute(".impact-table tbody tr", "data-row"), "endpoint:live-12");
      await page.click("[data-reached='up.data']");
      await page.waitForSelector("[data-show-all]");
      const shown = await values(page, "row");
      assert.deepEqual(shown.toSorted(), up.flatMap(({ id, type }) => (type === "data" ? id : [])).toSorted());
      assert.equal(params(page).kind, "up.data");
      await assertAccessible(page, "a filter");
      await page.click("[data-show-all]");
      assert.equal(await page.locator("[data-row]").count(), 1 + answer.nodes.length);
    },
    { server },
  ));

test("hostile names are text in the graph, the table and the files", () =>
  visit(
    address({ start: `pipeline:${MARKUP}`, more: "all", fold: "none" }),
    async (page, { base }, { trouble }) => {
      await graphReady(page);
      await press(page, "vertex", `step:${MARKUP}/Step0`);
      await page.waitForSelector("[data-open-lineage]");
      assert.ok((await page.textContent("#panel-body")).includes(MARKUP));
      assert.equal(await page.locator("#root img, #root script").count(), 0);
      assert.ok(!(await page.title()).includes("owned") || (await page.title()).includes(MARKUP));
      await page.click("[data-open-lineage]");
      await page.waitForFunction((name) => new URL(location.href).searchParams.get("pipeline") === name, MARKUP);
      await assertQuiet(page, trouble, base, [/404/]);
    },
    { server },
  ));

test("groups fold by pipeline and by bucket, light their edges, and open one by one", () =>
  visit(
    address({ start: START, more: "all" }),
    async (page) => {
      await graphReady(page);
      assert.equal(
        await page.getAttribute("[data-fold=both]", "aria-pressed"),
        "true",
        "a large graph folds by itself",
      );
      const folded = await groups(page);
      assert.ok(folded.includes("pipeline:churn-012") && folded.includes("bucket:team-12-data"), folded.join());
      await press(page, "group", "pipeline:churn-012");
      await page.waitForSelector("[data-details='pipeline:churn-012']");
      assert.ok((await page.locator(".link.lit").count()) >= 2);
      await assertAccessible(page, "a folded group");
      await page.click("[data-unfold]");
      await hasVertex(page, "step:churn-012/Step1");
      assert.equal(params(page).open, "pipeline:churn-012");
      await page.click("[data-fold=bucket]");
      await page.waitForFunction(
        () =>
          ![...document.querySelectorAll("[data-group]")].some(({ dataset }) => dataset.group.startsWith("pipeline:")),
      );
      assert.ok((await groups(page)).every((group) => group.startsWith("bucket:")));
    },
    { server },
  ));

test("side outputs are kept out until they are asked for, the unprotected ones never", () =>
  visit(
    address({ start: "pipeline:churn-012", more: "all", fold: "none" }),
    async (page) => {
      await graphReady(page);
      const report = "data:s3://team-12-data/12/report/statistics.json";
      assert.ok(!(await drawn(page)).includes(report));
      await page.click("[data-leaves]");
      await hasVertex(page, report);
      assert.equal(params(page).leaves, "true");
    },
    { server },
  ));

test("the table has the same query; it is sorted, filtered and saved, as is the graph", () =>
  visit(
    address({ start: START, sort: "-distance" }),
    async (page) => {
      await graphReady(page);
      const answer = answerOf({ start: START });
      const first = await page.getAttribute(".impact-table tbody tr", "data-row");
      const farthest = Math.max(...answer.nodes.map(({ distance }) => distance));
      assert.equal(answer.nodes.find(({ id }) => id === first).distance, farthest);
      const save = async (kind) => (await exported(page, kind)).content.toString("utf8");
      const csv = await save("csv");
      assert.equal(csv.trim().split("\r\n").length, 1 + answer.start.length + answer.nodes.length);
      const mermaid = await save("mmd");
      assert.match(mermaid, /^flowchart LR\n/);
      assert.ok(!/<(img|script)/.test(mermaid));
      const boxes = await page.locator("[data-place]").count();
      assert.equal((await save("svg")).match(/data-place=/g).length, boxes);
      assert.deepEqual(JSON.parse(await save("json")), answer);
    },
    { server },
  ));

test("a start that is nowhere, and a service without an account, are sentences with what to do", () =>
  visit(
    address({ start: "s3://nowhere/" }),
    async (page) => {
      await page.waitForSelector("[data-failure='404']");
      assert.match(await page.textContent(".failure h1"), /Not found in the account/);
      assert.ok((await page.textContent(".failure")).includes("s3://nowhere/"));
      await assertAccessible(page, "nowhere");
    },
    { server },
  ));

longTest("two thousand vertices are drawn folded, laid out in a moment, and stay usable", () =>
  visit(
    address({ start: "s3://shared-raw-lake/", more: "all" }),
    async (page, { base }, { trouble }) => {
      await graphReady(page);
      const boxes = Number(await page.getAttribute(".canvas", "data-boxes"));
      assert.ok(boxes > 100 && boxes < 800, String(boxes));
      assert.match(await page.textContent(".strip"), /200 more are not listed/);
      const layout = await page.evaluate(() => performance.getEntriesByName("layout").at(-1).duration);
      assert.ok(layout < 2000, `${layout} ms`);
      await page.click("[data-fold=none]");
      await page.waitForFunction(() => Number(document.querySelector(".canvas").dataset.boxes) > 1500);
      assert.ok((await page.locator("[data-place]").count()) < 10);
      assert.equal((await exported(page, "svg")).content.toString("utf8").match(/data-place=/g).length > 1500, true);
      await assertQuiet(page, trouble, base);
    },
    { server: { account: LARGE } },
  ),
);

test("from afar a large graph is a picture: a press finds the box, the keys walk it, and near by it has cards again", () =>
  visit(
    address({ start: "s3://shared-raw-lake/", more: "all" }),
    async (page) => {
      await graphReady(page);
      await page.waitForSelector(".far-picture .patch");
      assert.equal(await page.locator("[data-place]").count(), 1, "what Tab leads to");
      await assertAccessible(page, "a picture");
      const { nodes } = answerOf({ start: "s3://shared-raw-lake/", types: "endpoint,model,package" }, LARGE);
      for (const type of ["endpoint", "model", "package"]) {
        const count = nodes.filter((node) => node.type === type).length;
        assert.match(await page.textContent(`[data-reached="down.${type}"]`), new RegExp(`^${count} `), type);
      }
      await page.focus("[data-place='data:s3://shared-raw-lake/raw']");
      await page.keyboard.press("ArrowRight");
      await page.waitForFunction(() => document.activeElement.dataset.group?.startsWith("pipeline:"));
      await page.waitForFunction(() => document.querySelectorAll("[data-place]").length > 5);
      assert.equal(await page.locator("[data-place][tabindex='0']").count(), 1);
      const near = await page.locator("[data-place]").count();
      assert.ok(near < Number(await page.getAttribute(".canvas", "data-boxes")) / 2, String(near));
      await page.keyboard.press("Escape");
      await page.keyboard.press("f");
      await page.waitForSelector(".far-picture .patch");
      const { x, y } = await page.evaluate(() => {
        const path = document.querySelector(".far-picture .patch[class*='shield-amber']");
        const { x, y } = path.getPointAtLength(0).matrixTransform(path.getScreenCTM());
        return { x: x + 2, y: y + 2 };
      });
      await page.mouse.move(x, y);
      const name = await page.waitForFunction(() => document.querySelector(".canvas").title);
      await page.mouse.click(x, y);
      await page.waitForFunction(
        (name) => document.querySelector("[data-details]")?.dataset.details.endsWith(name),
        await name.jsonValue(),
      );
    },
    { server: { account: LARGE } },
  ));

test("the impact view is accessible in Korean, dark, with a vertex chosen, and in smaller windows", () =>
  visit(
    address({ start: START }),
    async (page, { base }) => {
      const vertex = { select: "vertex:step:churn-000/Step0", tab: "details" };
      const states = [{}, { lang: "ko", theme: "dark" }, vertex, { more: "all" }];
      for (const [i, viewport] of [{ width: 1440, height: 900 }, ...Object.values(WINDOWS)].entries()) {
        await page.setViewportSize(viewport);
        await page.goto(base + address({ start: START, ...states[i] }));
        await graphReady(page);
        await page.waitForTimeout(150);
        await assertAccessible(page, JSON.stringify([viewport, states[i]]));
        assert.equal(await fitsAcross(page), true);
      }
    },
    { server: { account: SMALL } },
  ));

test("the impact graph is worked with the keyboard alone", () =>
  visit(
    address({ start: "step:churn-012/Step1", dir: "TB" }),
    async (page) => {
      await graphReady(page);
      await press(page, "vertex", "step:churn-012/Step1");
      await page.focus("[data-place='step:churn-012/Step1']");
      await page.keyboard.press("ArrowDown");
      await page.waitForFunction(() => document.activeElement.dataset.vertex?.startsWith("data:"));
      const next = await page.evaluate(() => document.activeElement.dataset.vertex);
      await toldOf(page, next);
      const before = (await drawn(page)).length;
      await page.focus("[data-more=down]");
      await page.keyboard.press("Enter");
      await page.waitForFunction((count) => document.querySelectorAll("[data-place]").length > count, before);
    },
    { server },
  ));
