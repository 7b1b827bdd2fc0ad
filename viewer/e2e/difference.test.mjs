/** What changed between two executions, in Chromium, held against the answer of `/diff`. */

import assert from "node:assert/strict";
import { graphReady } from "./browser.mjs";
import { assertAccessible, assertQuiet } from "./checks.mjs";
import { differenceAnswer } from "./fixtures/difference.mjs";
import { exported, fitsAcross, lit, values, WINDOWS } from "./hands.mjs";
import { json } from "./server.mjs";
import { params, test, visit } from "./visit.mjs";

const PIPELINE = "mlops-pipeline";
const answer = differenceAnswer(new URLSearchParams({ pipeline: PIPELINE, from: "latest-1", to: "latest" }));
const keyOf = ({ kind, subject, path }) => JSON.stringify([kind, subject, path]);
const COMPARED = `?pipeline=${PIPELINE}&from=latest-1&to=latest`;
const rows = (page) => values(page, "change");
const press = (page, key) =>
  page.evaluate(
    (key) =>
      [...document.querySelectorAll("[data-change]")]
        .find(({ dataset }) => dataset.change === key)
        .querySelector("button")
        .click(),
    key,
  );

test("D shows what changed since the execution before, and back leads to the lineage", () =>
  visit(`?pipeline=${PIPELINE}`, async (page, server, { trouble }) => {
    await graphReady(page);
    await page.keyboard.press("d");
    await page.waitForSelector("[data-changes]");
    assert.deepEqual(params(page), { pipeline: PIPELINE, from: "latest-1", to: "latest" });
    assert.deepEqual(await rows(page), answer.changes.map(keyOf));
    await graphReady(page);
    await assertAccessible(page, "the comparison");
    await page.goBack();
    await page.waitForFunction(() => !location.search.includes("from="));
    await graphReady(page);
    await assertQuiet(page, trouble, server.base);
  }));

test("D typed into a field is a letter", () =>
  visit(`?pipeline=${PIPELINE}`, async (page) => {
    await graphReady(page);
    await page.fill(".stage-tools input", "");
    await page.type(".stage-tools input", "dd");
    assert.equal(params(page).from, undefined);
  }));

test("steps that came, went and changed are marked in one graph", () =>
  visit(COMPARED, async (page) => {
    await graphReady(page);
    const marked = async (mark) => page.$$eval(`.has-${mark}`, (cards) => cards.map(({ dataset }) => dataset.step));
    assert.deepEqual(await marked("came"), ["Validate"]);
    assert.deepEqual((await marked("changed")).toSorted(), ["Extract", "Train"]);
  }));

test("a change tells its values, cause and reach, and lights what it reaches", () =>
  visit(COMPARED, async (page) => {
    await graphReady(page);
    const metric = answer.changes.find(({ kind }) => kind === "metric");
    await press(page, keyOf(metric));
    await page.waitForSelector("[data-details]");
    await page.waitForSelector(".react-flow__node.lit");
    assert.deepEqual((await lit(page)).toSorted(), ["node:Evaluate", "node:Train"]);
    const told = await page.textContent("#panel-body");
    for (const text of ["0.7011", "0.6312", "-0.0699", "image of Train changed", metric.path]) {
      assert.ok(told.includes(text), text);
    }
    await assertAccessible(page, "a change");
    const address = page.url();
    await page.click("#panel-body .vertex-list button");
    await page.waitForFunction(() => document.querySelector("#panel-body h2 + p")?.textContent.includes("Image"));
    await page.goto(address);
    await graphReady(page);
    assert.ok((await page.textContent("#panel-body")).includes("-0.0699"), "a link shows the same");
  }));

test("the list is filtered by kind, sorted and saved, and its values are whole", () =>
  visit(COMPARED, async (page) => {
    await page.click("[data-kind=step]");
    await page.waitForFunction(() => document.querySelectorAll("[data-change]").length === 2);
    assert.equal(params(page).kind, "step");
    await page.click("[data-kind=step]");
    await page.click("[data-sort=reach]");
    await page.click("[data-sort=reach]");
    await page.waitForFunction(() => location.search.includes("sort=-reach"));
    assert.equal((await rows(page))[0], keyOf(answer.changes[0]));
    const csv = (await exported(page, "csv")).content.toString("utf8");
    assert.equal(csv.trim().split("\r\n").length, 1 + answer.changes.length);
    assert.equal(await page.locator("#root img, #root script").count(), 0);
  }));

test("other sides are chosen and swapped, and asked of the service", () =>
  visit(COMPARED, async (page, { asked }) => {
    await graphReady(page);
    const last = () => asked.findLast(({ path }) => path === "/diff").query;
    await page.click("[data-swap]");
    await page.waitForFunction(() => location.search.includes("from=latest&to=latest-1"));
    await page.waitForSelector("[data-changes]");
    assert.deepEqual(last(), { pipeline: PIPELINE, from: "latest", to: "latest-1" });
    await page.click("[data-chooser=from]");
    await page.click("[data-choice=definition]");
    await page.waitForFunction(() => location.search.includes("from=definition"));
    await page.waitForSelector("[data-changes]");
    assert.equal(last().from, "definition");
    await page.click("[data-chooser=to]");
    await page.click("[data-choice=definition]");
    await page.waitForSelector("[data-state=equal]");
    await assertAccessible(page, "no change");
  }));

test("where there is nothing to compare with, that is a sentence with a way on", () =>
  visit(
    COMPARED,
    async (page) => {
      await page.waitForSelector("[data-failure='404']");
      assert.match(await page.textContent(".failure h1"), /Nothing to compare with/);
      await page.click(".failure button:not(.primary)");
      await graphReady(page);
      assert.deepEqual(params(page), { pipeline: PIPELINE });
    },
    {
      server: {
        intercept: (path, _query, response) =>
          path === "/diff" && (json(response, 404, { message: "the pipeline has no execution latest-1" }), true),
      },
    },
  ));

test("a graph that cannot be read leaves the list whole", () =>
  visit(
    COMPARED,
    async (page) => {
      await page.waitForSelector(".stage-graph [role=alert]");
      assert.deepEqual(await rows(page), answer.changes.map(keyOf));
    },
    {
      server: {
        intercept: (path, _query, response) =>
          path === "/lineage" && (json(response, 502, { message: "refused", requestId: "r" }), true),
      },
    },
  ));

test("the comparison is accessible in Korean, dark and in smaller windows", () =>
  visit(`${COMPARED}&lang=ko&theme=dark`, async (page) => {
    for (const [what, viewport] of Object.entries(WINDOWS)) {
      await page.setViewportSize(viewport);
      await page.reload();
      await graphReady(page);
      await page.waitForTimeout(150);
      await assertAccessible(page, what);
      assert.equal(await fitsAcross(page), true, what);
    }
  }));
