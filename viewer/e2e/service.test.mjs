/**
 * The page against a service, node by node: the one at VIEWER_BASE_URL, else the fixtures'. VIEWER_API_KEY is used
 * where the stage wants a key.
 */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { executablePath, graphReady, launch, openPage } from "./browser.mjs";
import { assertAccessible, assertDataDrawn, assertQuiet, assertStepsDrawn, assertStepTold } from "./checks.mjs";
import { SMALL } from "./fixtures/account.mjs";
import { serve } from "./server.mjs";

const given = process.env.VIEWER_BASE_URL;
const key = process.env.VIEWER_API_KEY;
const region = process.env.VIEWER_REGION;
const most = Number(process.env.VIEWER_MOST ?? 12);
const headers = key ? { "x-api-key": key } : {};
const skip = executablePath ? false : "no Chromium on this machine";
let server;
let browser;
let base;

before(async () => {
  if (skip) return;
  server = given ? null : await serve({ account: SMALL });
  base = given ? given.replace(/\/?$/, "/") : server.base;
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await server?.close();
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

async function open(query, options) {
  const opened = await openPage(browser, options);
  if (key) await opened.page.addInitScript((key) => sessionStorage.setItem("lineage-api-key", key), key);
  await opened.page.goto(base + (query ? `?${new URLSearchParams(query)}` : ""));
  return opened;
}

test("the first page offers the account's pipelines, or else the service's list", { skip }, async () => {
  const account = await ask("account", { region, maxResults: "200" });
  const { body } = await ask("pipelines", { region, maxResults: "100" });
  const { context, page, trouble } = await open(region ? { region } : null);
  await page.waitForSelector("[data-pipeline], [data-state=empty]");
  const offered = await page.$$eval("[data-pipeline]", (rows) => rows.map(({ dataset }) => dataset.pipeline));
  assert.deepEqual(
    offered,
    (account.status === 200 ? account.body : body).pipelines.map(({ name }) => name),
  );
  assert.equal(await page.locator("[data-notice=store]").count(), account.status === 200 ? 0 : 1);
  await assertAccessible(page, "the first page");
  await assertQuiet(page, trouble, base, account.status === 200 ? [] : [/status of \d{3}/]);
  await context.close();
});

test("each pipeline is drawn and told as the answer says", { skip }, async (t) => {
  for (const pipeline of (await names()).slice(0, most)) {
    const { status, body: answer } = await ask("lineage", { pipeline, region, includeLatestExec: "true" });
    if (status !== 200) continue;
    await t.test(pipeline, async () => {
      const query = { pipeline, ...(region ? { region } : {}) };
      const { context, page, trouble } = await open(query);
      if (answer.graph.nodes.length > 0) await graphReady(page);
      await assertStepsDrawn(page, answer);
      await assertAccessible(page, pipeline);
      await page.click("[data-show=data]");
      await page.waitForFunction(
        (count) => document.querySelectorAll("[data-shield]").length === count,
        answer.graph.artifacts.length,
      );
      await assertDataDrawn(page, answer);
      for (const step of answer.graph.nodes.slice(0, 12)) {
        await page.evaluate(
          (id) => [...document.querySelectorAll("[data-step]")].find(({ dataset }) => dataset.step === id).click(),
          step.id,
        );
        await page.waitForFunction(
          (place) => document.querySelector("[data-details]")?.dataset.details === place,
          `node:${step.id}`,
        );
        await assertStepTold(page, step);
      }
      await page.click("#tab-warnings");
      assert.equal(await page.locator("[data-warning]").count(), answer.warnings.length, "warnings");
      await page.click("#tab-findings");
      assert.equal(await page.locator("[data-finding]").count(), answer.findings.length, "findings");
      await assertAccessible(page, `${pipeline}, findings`);
      await assertQuiet(page, trouble, base);
      await context.close();
    });
  }
});

test("a pipeline that does not exist is told so", { skip }, async () => {
  const { context, page, trouble } = await open({ pipeline: "there-is-no-such-pipeline" });
  await page.waitForSelector('[data-failure="404"]');
  await assertAccessible(page, "404");
  await assertQuiet(page, trouble, base, [/404/]);
  await context.close();
});
