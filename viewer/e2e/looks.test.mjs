/** How the page looks in Chromium whatever it shows: within reach, accessible, hostile names as text, and as files. */

import assert from "node:assert/strict";
import { graphReady } from "./browser.mjs";
import { assertAccessible, assertDataDrawn, assertQuiet, assertStepsDrawn } from "./checks.mjs";
import { LINEAGES } from "./fixtures/index.mjs";
import { MARKUP } from "./fixtures/odd.mjs";
import { exported, MLOPS, MLOPS_ANSWER, press, toldOf, WINDOWS } from "./hands.mjs";
import { longTest, test, visit } from "./visit.mjs";

test("hostile names are text, everywhere", () =>
  visit("?pipeline=hostile-names", async (page, server, { trouble }) => {
    await graphReady(page);
    const hostile = LINEAGES.get("hostile-names");
    await assertStepsDrawn(page, hostile);
    await page.click("[data-show=data]");
    await page.waitForSelector("[data-shield]");
    await assertDataDrawn(page, hostile);
    for (const { id } of hostile.graph.nodes) {
      await press(page, "step", id);
      await toldOf(page, `node:${id}`);
      assert.equal(await page.locator(".console-link").count(), 0, "no link from a hostile ARN");
    }
    for (const tab of ["overview", "findings", "warnings"]) {
      await page.click(`#tab-${tab}`);
      if (tab === "findings") await page.click("[data-finding] button");
      assert.ok((await page.textContent("#panel-body")).includes(MARKUP));
      await assertAccessible(page, `hostile ${tab}`);
    }
    await page.fill(".stage-tools input", "<img");
    assert.equal(await page.locator("#root img, #root script, #root iframe, #root object").count(), 0);
    assert.equal(await page.title(), "hostile-names · SageMaker Lineage");
    await assertQuiet(page, trouble, server.base);
  }));

const STATES = [
  `${MLOPS}&show=data&select=node:Train&tab=details`,
  `${MLOPS}&show=data&select=artifact:0&tab=details&theme=dark`,
  `${MLOPS}&tab=findings&theme=dark`,
  "?pipeline=fraud-hourly&tab=overview",
  "?pipeline=things-to-come&theme=dark",
  "?region=eu-west-1",
  "?pipeline=nothing",
];
for (const query of STATES) {
  test(`axe finds nothing on ${query}`, () =>
    visit(query, async (page) => {
      await page.waitForSelector("[data-place], [data-state], [data-failure]");
      if (query.includes("tab=findings")) {
        await page.click("[data-finding] button");
        await page.click("[data-chooser=pipeline]");
      }
      await page.waitForTimeout(150);
      await assertAccessible(page, query);
    }));
}

for (const [what, viewport] of Object.entries(WINDOWS)) {
  test(`everything is within reach on ${what}`, () =>
    visit(
      `${MLOPS}&select=node:Train&tab=details`,
      async (page) => {
        await graphReady(page);
        await page.waitForTimeout(300);
        assert.equal(
          await page.evaluate(
            () =>
              document.documentElement.scrollWidth <= innerWidth &&
              document.documentElement.scrollHeight <= innerHeight,
          ),
          true,
        );
        const hidden = await page.evaluate(() =>
          [
            ...document.querySelectorAll(
              ".topbar button, .stage-tools button, .controls button, .tabs button, [data-step]",
            ),
          ]
            .filter((button) => {
              const { left, top, width, height } = button.getBoundingClientRect();
              const over = document.elementFromPoint(left + width / 2, top + height / 2);
              return !over || !(button.contains(over) || over.contains(button));
            })
            .map((button) => button.getAttribute("aria-label") ?? button.textContent),
        );
        assert.deepEqual(hidden, []);
        await page.click(".panel-close");
        await page.click(".panel-open");
        await page.waitForSelector(".panel");
      },
      { viewport },
    ));
}

test("the graph is exported as SVG and PNG, and the answer as JSON", () =>
  visit(`${MLOPS}&show=data`, async (page, server, { trouble }) => {
    await graphReady(page);
    const svg = await exported(page, "svg");
    assert.equal(svg.name, "mlops-pipeline.svg");
    const drawn = await page.evaluate((text) => {
      const parsed = new DOMParser().parseFromString(text, "image/svg+xml");
      return {
        error: parsed.querySelector("parsererror")?.textContent ?? null,
        places: parsed.querySelectorAll("[data-place]").length,
      };
    }, svg.content.toString("utf8"));
    assert.deepEqual(drawn, {
      error: null,
      places: MLOPS_ANSWER.graph.nodes.length + MLOPS_ANSWER.graph.artifacts.length,
    });
    const png = await exported(page, "png");
    assert.equal(png.content.subarray(1, 4).toString(), "PNG");
    assert.ok(png.content.length > 20_000, "the picture is not empty");
    const saved = await exported(page, "json");
    assert.deepEqual(JSON.parse(saved.content.toString("utf8")), MLOPS_ANSWER);
    await assertQuiet(page, trouble, server.base);
  }));

longTest("three hundred steps and their data are all there", () =>
  visit("?pipeline=three-hundred-steps", async (page, server, { trouble }) => {
    await graphReady(page);
    const large = LINEAGES.get("three-hundred-steps");
    await assertStepsDrawn(page, large);
    await page.click("[data-show=data]");
    await page.waitForSelector(".far-picture .patch[class*='shield-']");
    await assertDataDrawn(page, large);
    await assertQuiet(page, trouble, server.base);
  }),
);
