/**
 * The page against a service, node by node: the one at VIEWER_BASE_URL, else the fixtures'. VIEWER_API_KEY is used
 * where the stage wants a key.
 */

import assert from "node:assert/strict";
import { after, before } from "node:test";
import { graphReady } from "./browser.mjs";
import {
  assertAccessible,
  assertDataDrawn,
  assertQuiet,
  assertStepsDrawn,
  assertStepTold,
  drawnLinks,
} from "./checks.mjs";
import { SMALL } from "./fixtures/account.mjs";
import { press, toldOf, values } from "./hands.mjs";
import { serve } from "./server.mjs";
import { test, visit } from "./visit.mjs";

const given = process.env.VIEWER_BASE_URL;
const key = process.env.VIEWER_API_KEY;
const region = process.env.VIEWER_REGION;
const most = Number(process.env.VIEWER_MOST ?? (process.env.VIEWER_LONG ? 100 : 6));
const headers = key ? { "x-api-key": key } : {};
const keep = key && ((page) => page.addInitScript((key) => sessionStorage.setItem("lineage-api-key", key), key));
let server;
let base;

before(async () => {
  server = given ? null : await serve({ account: SMALL });
  base = given ? given.replace(/\/?$/, "/") : server.base;
});
after(() => server?.close());

const look = (query, run) =>
  visit(`?${new URLSearchParams({ ...query, ...(region ? { region } : {}) })}`, run, {
    base,
    ...(keep ? { own: true, prepare: keep } : {}),
  });
async function ask(path, query) {
  const url = new URL(path, base);
  for (const [name, value] of Object.entries(query)) if (value) url.searchParams.set(name, value);
  const response = await fetch(url, { headers });
  return { status: response.status, body: await response.json() };
}

async function names() {
  const { body } = await ask("pipelines", { region, maxResults: "100" });
  const { body: next } = body.nextToken
    ? await ask("pipelines", { region, maxResults: "100", nextToken: body.nextToken })
    : { body: { pipelines: [] } };
  return [...body.pipelines, ...next.pipelines].map(({ name }) => name);
}

test("the first page offers the account's pipelines, or else the service's list", async () => {
  const account = await ask("account", { region, maxResults: "200" });
  const { body } = await ask("pipelines", { region, maxResults: "100" });
  await look({}, async (page, _server, { trouble }) => {
    await page.waitForSelector("[data-pipeline], [data-state=empty]");
    assert.deepEqual(
      await values(page, "pipeline"),
      (account.status === 200 ? account.body : body).pipelines.map(({ name }) => name),
    );
    const kept = account.status === 200 && account.body.coverage.asOf !== null;
    assert.equal(await page.locator("[data-notice=store]").count(), kept ? 0 : 1);
    await assertAccessible(page, "the first page");
    await assertQuiet(page, trouble, base, account.status === 200 ? [] : [/status of \d{3}/]);
  });
});

test("each pipeline is drawn and told as the answer says", async (t) => {
  for (const pipeline of (await names()).slice(0, most)) {
    const { status, body: answer } = await ask("lineage", { pipeline, region, includeLatestExec: "true" });
    if (status !== 200) continue;
    await t.test(pipeline, () =>
      look({ pipeline }, async (page, _server, { trouble }) => {
        if (answer.graph.nodes.length > 0) await graphReady(page);
        await assertStepsDrawn(page, answer);
        await page.click("[data-show=data]");
        const { nodes, artifacts } = answer.graph;
        await page.waitForFunction(
          (count) => Number(document.querySelector(".canvas")?.dataset.boxes ?? 0) === count,
          nodes.length + artifacts.length,
        );
        const isPicture = (await page.locator(".far-picture").count()) > 0;
        await assertDataDrawn(page, answer);
        for (const step of nodes.slice(0, 12)) {
          if (isPicture)
            await page.goto(
              `${base}?${new URLSearchParams({ pipeline, ...(region ? { region } : {}), select: `node:${step.id}`, tab: "details" })}`,
            );
          else await press(page, "step", step.id);
          await toldOf(page, `node:${step.id}`);
          await assertStepTold(page, step);
        }
        await page.click("#tab-warnings");
        assert.equal(await page.locator("[data-warning]").count(), answer.warnings.length, "warnings");
        await page.click("#tab-findings");
        assert.equal(await page.locator("[data-finding]").count(), answer.findings.length, "findings");
        await assertAccessible(page, `${pipeline}, its data and findings`);
        await assertQuiet(page, trouble, base);
      }),
    );
  }
});

test("what a place reaches is the service's own answer, and so is its table", async () => {
  const account = await ask("account", { region, maxResults: "200" });
  const [place] = account.body.places ?? [];
  if (!place) return;
  const start = `s3://${place.bucket}/`;
  const { status, body: answer } = await ask("impact", { start, region, direction: "both", maxNodes: "2000" });
  assert.equal(status, 200);
  const { body: downstream } = await ask("impact", { start, region, maxNodes: "2000" });
  await look({ start, fold: "none", more: "all", leaves: "true" }, async (page, _server, { trouble }) => {
    await graphReady(page);
    const vertices = [...answer.start, ...answer.nodes].map(({ id }) => id).toSorted();
    await page.waitForFunction((count) => document.querySelectorAll("[data-vertex]").length === count, vertices.length);
    assert.deepEqual((await values(page, "vertex")).toSorted(), vertices);
    const known = new Set(vertices);
    const edges = answer.edges.filter(({ from, to }) => known.has(from) && known.has(to));
    assert.deepEqual(
      (await drawnLinks(page)).toSorted(),
      [...new Set(edges.map(({ from, to, via }) => `${from} ${via} ${to}`))].toSorted(),
    );
    assert.deepEqual((await values(page, "row")).toSorted(), vertices.slice(0, 200));
    for (const type of new Set(downstream.nodes.map((node) => node.type))) {
      const count = downstream.nodes.filter((node) => node.type === type).length;
      assert.equal(await page.textContent(`[data-reached="down.${type}"] b`), String(count), type);
    }
    const last = answer.nodes.at(-1);
    await press(page, "vertex", last.id);
    await page.waitForSelector("[data-details]");
    const told = await page.textContent("#panel-body");
    assert.ok(told.includes(last.name));
    assert.equal(await page.locator(".finding-path li").count(), last.path.length);
    await assertAccessible(page, "the impact of a place");
    await assertQuiet(page, trouble, base);
  });
});

test("what changed between two executions is the service's own answer", async () => {
  for (const pipeline of (await names()).slice(0, most)) {
    const { status, body: answer } = await ask("diff", { pipeline, region, from: "latest-1", to: "latest" });
    if (status !== 200) continue;
    return look({ pipeline, from: "latest-1" }, async (page, _server, { trouble }) => {
      await graphReady(page);
      assert.equal(await page.locator("[data-change]").count(), answer.changes.length);
      await assertAccessible(page, "a comparison");
      await assertQuiet(page, trouble, base);
    });
  }
});

test("findings, remedies and reasons of the service are in Korean for whoever reads Korean", async () => {
  for (const pipeline of (await names()).slice(0, most)) {
    const { body: answer } = await ask("lineage", { pipeline, region, includeLatestExec: "true" });
    if (!answer.findings?.length) continue;
    return look({ pipeline, lang: "ko", tab: "findings" }, async (page) => {
      await page.waitForSelector("[data-finding]");
      const titles = await page.$$eval(".finding-title > bdi", (all) => all.map(({ textContent }) => textContent));
      if (given) for (const title of titles) assert.match(title, /[가-힣]/);
      await page.click("[data-finding] button >> nth=0");
      const told = await page.textContent(".finding-body > p");
      if (given) assert.match(told, /[가-힣]/);
    });
  }
});

test("a pipeline that does not exist is told so", () =>
  look({ pipeline: "there-is-no-such-pipeline" }, async (page, _server, { trouble }) => {
    await page.waitForSelector('[data-failure="404"]');
    await assertQuiet(page, trouble, base, [/404/]);
  }));
