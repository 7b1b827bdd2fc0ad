/** What the page says and does where an answer is late, refused, broken or still to come, in Chromium. */

import assert from "node:assert/strict";
import { graphReady } from "./browser.mjs";
import { assertAccessible } from "./checks.mjs";
import { SMALL } from "./fixtures/account.mjs";
import { LINEAGES } from "./fixtures/index.mjs";
import { MLOPS } from "./hands.mjs";
import { json } from "./server.mjs";
import { test, visit } from "./visit.mjs";

test("a stage that wants a key is asked with one, which stays in this tab", () =>
  visit(
    MLOPS,
    async (page, server, { context }) => {
      await page.waitForSelector(".key-prompt");
      await assertAccessible(page, "the key prompt");
      await page.fill(".key-prompt input", "wrong");
      await page.click(".key-prompt button[type=submit]");
      await page.waitForSelector(".key-prompt [role=alert]");
      await page.fill(".key-prompt input", "right");
      await page.click(".key-prompt button[type=submit]");
      await graphReady(page);
      await page.reload();
      await graphReady(page);
      assert.equal(await page.evaluate(() => Object.values(localStorage).concat(document.cookie).join("")), "");
      assert.ok(!page.url().includes("right"));
      const other = await context.newPage();
      await other.goto(server.base + MLOPS);
      await other.waitForSelector(".key-prompt");
    },
    {
      own: true,
      server: {
        intercept: (path, _query, response, request) =>
          ["/lineage", "/pipelines", "/executions"].includes(path) &&
          request.headers["x-api-key"] !== "right" &&
          (json(response, 403, { message: "Forbidden" }), true),
      },
    },
  ));

test("a refusal names the permission, and trying again is a button", () => {
  let refused = true;
  const message = "AWS refused sagemaker:DescribePipeline";
  return visit(
    MLOPS,
    async (page) => {
      await page.waitForSelector('[data-failure="502"]');
      const told = await page.textContent(".failure");
      for (const text of [message, "r-123", "sagemaker:DescribePipeline"]) assert.ok(told.includes(text), text);
      await assertAccessible(page, "502");
      refused = false;
      await page.click(".failure .primary");
      await graphReady(page);
    },
    {
      server: {
        intercept: (path, _query, response) =>
          path === "/lineage" && refused && (json(response, 502, { message, requestId: "r-123" }), true),
      },
    },
  );
});

test("throttling is waited out as long as the service asks, and then tried again", () => {
  let asked = 0;
  return visit(
    MLOPS,
    async (page) => {
      await page.waitForSelector('[data-failure="503"]');
      await graphReady(page);
      assert.equal(asked, 2);
    },
    {
      server: {
        intercept: (path, _query, response) =>
          path === "/lineage" &&
          (asked += 1) === 1 &&
          (json(response, 503, { message: "throttled", requestId: "r" }, { "Retry-After": "1" }), true),
      },
    },
  );
});

const KEYLESS = [
  [400, { message: "region is unknown" }],
  [404, { message: "pipeline not found or domain filter mismatched" }],
  [413, { message: "the answer takes 7000000 bytes of a reply that carries 6291556: ask for less" }],
  [429, { message: "Too Many Requests" }],
  [500, { message: "internal error", requestId: "r-500" }],
  [504, { message: "Endpoint request timed out" }],
  [502, "<html>bad gateway</html>"],
  [200, "not json"],
];
test("every failure has a state that helps, and another try may end in another", () => {
  let [status, body] = KEYLESS[0];
  return visit(
    MLOPS,
    async (page) => {
      const told = new Set();
      for ([status, body] of KEYLESS) {
        if (told.size > 0) await page.click(".failure .primary");
        await page.waitForSelector(`[data-failure="${status}"]`);
        const title = await page.textContent(".failure h1");
        assert.ok(title.length > 5, title);
        if (body.requestId) assert.ok((await page.textContent(".failure")).includes(body.requestId));
        told.add(await page.textContent(".failure h1 + p"));
      }
      assert.equal(told.size, KEYLESS.length, "each says something else");
    },
    { server: { intercept: (path, _query, response) => path === "/lineage" && (json(response, status, body), true) } },
  );
});

test("on every screen a refresh that fails is said, what came stays, and another try is a button", () => {
  let down = false;
  return visit(
    "",
    async (page, { base }) => {
      const screens = { account: "?", impact: "?start=endpoint:live-0", diff: `${MLOPS}&from=latest-1` };
      for (const [screen, query] of Object.entries(screens)) {
        down = false;
        await page.goto(base + query);
        const content = screen === "account" ? "[data-total=pipelines]" : ".react-flow__node [data-place]";
        await page.waitForSelector(content);
        down = true;
        await page.click("[data-refresh]");
        await page.waitForSelector("[data-stale='504']");
        assert.match(await page.textContent("[data-stale]"), /no answer in time/, screen);
        assert.ok(await page.isVisible(content), screen);
        await assertAccessible(page, `a ${screen} that could not be refreshed`);
        down = false;
        await page.click("[data-stale] button");
        await page.waitForSelector("[data-stale]", { state: "detached" });
      }
    },
    {
      server: {
        account: SMALL,
        intercept: (path, _query, response) =>
          down &&
          ["/account", "/impact", "/diff"].includes(path) &&
          (json(response, 504, { message: "no answer in time" }), true),
      },
    },
  );
});

test("an impact that a damaged store cannot answer says so, and what to do, in the reader's language", () =>
  visit(
    "?start=s3://lake/&lang=ko",
    async (page) => {
      await page.waitForSelector("[data-failure='502']");
      const told = await page.textContent(".failure");
      assert.match(told, /저장소 또는 AWS를 읽을 수 없습니다/);
      assert.match(told, /graph\.json\.gz 파일이 손상되었습니다/);
    },
    {
      server: {
        intercept: (path, _query, response) =>
          path === "/impact" &&
          (json(response, 502, { message: "graph.json.gz in the store is damaged: remove it, and scan again" }), true),
      },
    },
  ));

test("a lost network says so, and the page comes back by itself", () =>
  visit(
    "",
    async (page, server, { context }) => {
      await page.waitForSelector("[data-pipeline]");
      await context.setOffline(true);
      await page.click("[data-pipeline=mlops-pipeline] button");
      await page.waitForSelector('[data-failure="0"]');
      await assertAccessible(page, "offline");
      await context.setOffline(false);
      await graphReady(page);
    },
    { own: true },
  ));

test("loading says what goes on", () => {
  let answer = () => undefined;
  return visit(
    MLOPS,
    async (page) => {
      await page.waitForSelector(".loading progress");
      assert.match(await page.textContent(".loading [role=status]"), /Reading the lineage/);
      await assertAccessible(page, "loading");
      answer();
      await graphReady(page);
    },
    {
      server: {
        intercept: (path, query, response) =>
          path === "/lineage" && ((answer = () => json(response, 200, LINEAGES.get(query.get("pipeline")))), true),
      },
    },
  );
});

test("an execution in progress refreshes itself, keeps the view, and stops when it is over", () => {
  let asked = 0;
  const running = LINEAGES.get("fraud-hourly");
  const over = structuredClone(running);
  over.execution.status = over.summary.overallStatus = "Succeeded";
  over.graph.nodes[3].run.status = "Succeeded";
  return visit(
    "?pipeline=fraud-hourly&select=node:Train&tab=details",
    async (page) => {
      await graphReady(page);
      await page.waitForSelector(".live");
      const transform = await page.$eval(".react-flow__viewport", (viewport) => viewport.style.transform);
      await page.clock.runFor(7000);
      await page.waitForSelector("[data-step=Train][data-status=Succeeded]", { timeout: 15_000 });
      assert.equal(asked, 2);
      assert.equal(
        await page.$eval(".react-flow__viewport", (viewport) => viewport.style.transform),
        transform,
        "the view stays put",
      );
      await page.waitForSelector("[data-details='node:Train']");
      assert.equal(await page.locator(".live").count(), 0);
      await page.clock.runFor(60_000);
      assert.equal(asked, 2);
    },
    {
      clock: true,
      server: {
        intercept: (path, _query, response) =>
          path === "/lineage" && ((asked += 1), json(response, 200, asked === 1 ? running : over), true),
      },
    },
  );
});

test("a tab out of sight does not ask, and a refresh that fails keeps the last answer", () => {
  let asked = 0;
  const running = LINEAGES.get("fraud-hourly");
  return visit(
    "?pipeline=fraud-hourly",
    async (page) => {
      await graphReady(page);
      await page.evaluate(() =>
        Object.defineProperty(document, "visibilityState", { value: "hidden", configurable: true }),
      );
      await page.clock.runFor(60_000);
      assert.equal(asked, 1);
      await page.evaluate(() =>
        Object.defineProperty(document, "visibilityState", { value: "visible", configurable: true }),
      );
      await page.clock.runFor(60_000);
      await page.waitForSelector(".strip [role=alert]", { timeout: 15_000 });
      assert.equal(await page.locator("[data-step]").count(), running.graph.nodes.length);
    },
    {
      clock: true,
      server: {
        intercept: (path, _query, response) =>
          path === "/lineage" &&
          ((asked += 1),
          asked === 1 ? json(response, 200, running) : json(response, 502, { message: "later", requestId: "r" }),
          true),
      },
    },
  );
});
