/** What the page does, in Chromium, on canned answers and planted faults. */

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { graphReady } from "./browser.mjs";
import { assertAccessible, assertDataDrawn, assertQuiet, assertStepsDrawn } from "./checks.mjs";
import { LINEAGES } from "./fixtures/index.mjs";
import { MARKUP } from "./fixtures/odd.mjs";
import { json, serve } from "./server.mjs";
import { open, params, longTest, test, visit } from "./visit.mjs";

const MLOPS = "?pipeline=mlops-pipeline";
const answer = LINEAGES.get("mlops-pipeline");
const classOf = (page, place) =>
  page.evaluate(
    (place) =>
      [...document.querySelectorAll("[data-place]")]
        .find(({ dataset }) => dataset.place === place)
        .closest(".react-flow__node").className,
    place,
  );
const lit = (page) =>
  page.$$eval(".react-flow__node.lit [data-place]", (cards) => cards.map(({ dataset }) => dataset.place).toSorted());
const choose = async (page, chooser, choice) => {
  await page.click(`[data-chooser=${chooser}]`);
  await page.evaluate(
    (choice) =>
      [...document.querySelectorAll("[data-choice]")].find(({ dataset }) => dataset.choice === choice).click(),
    choice,
  );
};

test("a pipeline is chosen from the list, and the address says so", () =>
  visit("", async (page) => {
    await page.click("[data-pipeline=churn-weekly] button");
    await graphReady(page);
    assert.deepEqual(params(page), { pipeline: "churn-weekly" });
    await choose(page, "pipeline", "mlops-pipeline");
    await page.waitForSelector("[data-step=NotifyFailure]");
    await page.waitForFunction(() => document.querySelector(".strip h1")?.textContent === "mlops-pipeline");
    await page.goBack();
    await page.waitForFunction(() => document.querySelector(".strip h1")?.textContent === "churn-weekly");
  }));

test("more pipelines are fetched when asked for, and one that is not listed can be typed", () =>
  visit("", async (page) => {
    await page.waitForSelector("[data-pipeline]");
    assert.equal(await page.locator("[data-pipeline]").count(), 5);
    await page.click(".home > p button");
    await page.waitForFunction((count) => document.querySelectorAll("[data-pipeline]").length === count, LINEAGES.size);
    await page.click("[data-chooser=pipeline]");
    await page.keyboard.type("three-hundred");
    await page.keyboard.press("Enter");
    await graphReady(page);
    assert.equal(params(page).pipeline, "three-hundred-steps");
  }));

test("another region, execution, no execution and the full posture are asked of the service", () =>
  visit(MLOPS, async (page, server) => {
    await graphReady(page);
    const lineages = () => server.asked.filter(({ path }) => path === "/lineage").map(({ query }) => query);
    assert.deepEqual(lineages().at(-1), { pipeline: "mlops-pipeline", includeLatestExec: "true" });
    await choose(page, "execution", "older2");
    await page.waitForSelector(".strip .chip[data-status=Failed]");
    assert.deepEqual(lineages().at(-1), { pipeline: "mlops-pipeline", execution: "older2" });
    await choose(page, "execution", "\u0000none");
    await page.waitForSelector(".strip .chip[data-status=Unknown]");
    assert.deepEqual(lineages().at(-1), { pipeline: "mlops-pipeline", includeLatestExec: "false" });
    assert.equal(params(page).includeLatestExec, "false");
    await page.check("[role=switch]");
    await page.waitForFunction(() => document.querySelector(".strip"));
    assert.equal(lineages().at(-1).posture, "full");
    await choose(page, "region", "eu-west-1");
    await page.waitForSelector("[data-state=empty]");
    assert.deepEqual(params(page), { region: "eu-west-1", includeLatestExec: "false", posture: "full" });
  }));

test("selecting lights up everything upstream and downstream, and Escape ends it", () =>
  visit(MLOPS, async (page) => {
    await graphReady(page);
    await page.click("[data-step=Validate]");
    await page.waitForSelector("[data-details='node:Validate']");
    assert.deepEqual(await lit(page), answer.graph.nodes.map(({ id }) => `node:${id}`).toSorted());
    await page.click("[data-step=NotifyFailure]");
    await page.waitForSelector("[data-details='node:NotifyFailure']");
    assert.deepEqual(
      await lit(page),
      ["Evaluate", "Extract", "ModelQualityCheck", "NotifyFailure", "Preprocess", "Train", "Validate"].map(
        (id) => `node:${id}`,
      ),
    );
    assert.match(await classOf(page, "node:RegisterModel-RegisterModel"), /dim/);
    await page.keyboard.press("Escape");
    await page.waitForFunction(() => !document.querySelector(".react-flow__node.lit"));
    assert.equal(params(page).select, undefined);
  }));

test("a shared link shows what its sender saw", () =>
  visit(MLOPS, async (page, server) => {
    await graphReady(page);
    await page.click("[data-show=data]");
    const uri = answer.graph.artifacts.find(({ uri }) => uri.endsWith("/test/")).uri;
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
    await page.click(".controls button >> nth=0");
    await page.waitForFunction(() => location.search.includes("at="));
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

test("a branch that was not taken is dimmed and says so; one not reached is not", () =>
  visit(MLOPS, async (page, server) => {
    await graphReady(page);
    assert.match(await classOf(page, "node:NotifyFailure"), /untaken/);
    assert.doesNotMatch(await classOf(page, "node:RegisterModel-RegisterModel"), /untaken/);
    assert.equal(await page.locator(".react-flow__edge.untaken").count(), 1);
    assert.match(await page.innerHTML("[data-step=NotifyFailure]"), /aria-label="Branch not taken"/);
    await page.goto(`${server.base}?pipeline=churn-weekly`);
    await graphReady(page);
    assert.equal(await page.locator(".react-flow__node.untaken").count(), 0);
  }));

test("choosing a finding lights exactly its path", () =>
  visit(`${MLOPS}&tab=findings`, async (page) => {
    await page.waitForFunction(
      (count) => document.querySelectorAll("[data-finding] .severity").length === count,
      answer.findings.length,
    );
    const titles = await page.$$eval("[data-finding] .severity", (chips) =>
      chips.map(({ textContent }) => textContent),
    );
    assert.deepEqual(titles, ["Critical", "High", "Medium", "Medium", "Low"]);
    for (const { finding_info, path } of answer.findings) {
      await page.click(`[data-finding="${finding_info.uid}"] > button`);
      await page.waitForSelector(`[data-finding="${finding_info.uid}"].open`);
      await page.waitForSelector("[data-shield]");
      assert.deepEqual(await lit(page), [...new Set(path)].toSorted());
      assert.equal((await page.locator(".react-flow__edge.lit").count()) >= 1, true);
    }
  }));

test("what is not wholly known is shown as a template, and not as a location", () =>
  visit("?pipeline=draft-pipeline&show=data", async (page) => {
    await graphReady(page);
    const draft = LINEAGES.get("draft-pipeline");
    const open = draft.graph.artifacts.filter(({ uri }) => uri.includes("${"));
    assert.ok(open.length > 4);
    await assertDataDrawn(page, draft);
    assert.equal(await page.locator(".card.artifact.template").count(), open.length);
    await page.evaluate(
      (uri) => [...document.querySelectorAll("[data-uri]")].find(({ dataset }) => dataset.uri === uri).click(),
      open[0].uri,
    );
    await page.waitForSelector(`[data-details="artifact:${open[0].id}"] var`);
    const panel = await page.textContent("#panel-body");
    assert.ok(panel.includes(open[0].uri) && panel.includes("Template"));
    assert.doesNotMatch(await page.getAttribute(".console-link", "href"), /%7B|\{/);
    await assertAccessible(page, "a template");
  }));

test("suppressed findings are folded and counted nowhere; what could not be judged is told apart", () =>
  visit("?pipeline=churn-weekly&tab=findings", async (page) => {
    await page.waitForSelector("[data-finding]");
    assert.equal((await page.textContent("#tab-findings .count")).trim(), "1");
    const folded = page.locator(".suppressed [data-finding]");
    assert.equal(await folded.isVisible(), false);
    await page.click(".suppressed > summary");
    await folded.locator("button").click();
    await page.waitForSelector(".suppressed [data-finding].open");
    const told = await page.textContent(".suppressed .finding-body");
    for (const text of ["The partner region is agreed <b>until May</b>", "2026-05-31"]) assert.ok(told.includes(text));
    await assertAccessible(page, "suppressed findings");
    await page.click("[data-pipeline=mlops-pipeline], .brand");
    await page.click("[data-pipeline=mlops-pipeline] button");
    await page.click("#tab-findings");
    assert.equal(await page.locator("[data-finding][data-status=Warning] .severity.unsure").count(), 1);
    assert.equal(await page.locator("[data-finding][data-status=Fail] .severity.unsure").count(), 0);
  }));

test("warnings are in sight, each with the permission that would show more", () =>
  visit(MLOPS, async (page) => {
    await page.click("[data-open-warnings]");
    const told = await page.textContent("#panel-body");
    for (const { code, message, resource, action } of answer.warnings) {
      for (const text of [code, message, resource, action]) assert.ok(told.includes(text), text);
    }
  }));

test("an artifact's panel shows each of its facts as the answer spells them", () =>
  visit(`${MLOPS}&show=data`, async (page) => {
    await graphReady(page);
    for (const artifact of answer.graph.artifacts) {
      await page.evaluate(
        (uri) => [...document.querySelectorAll("[data-uri]")].find(({ dataset }) => dataset.uri === uri).click(),
        artifact.uri,
      );
      await page.waitForSelector(`[data-details="artifact:${artifact.id}"]`);
      for (const key of ["region", "encryption", "versioning", "publicAccess"]) {
        assert.equal((await page.textContent(`[data-s3=${key}]`)).trim(), artifact.s3[key]);
      }
      const told = await page.textContent("#panel-body");
      for (const reason of artifact.posture?.publicAccess.reasons ?? []) assert.ok(told.includes(reason), reason);
    }
  }));

test("the job's link leads to the AWS console, and nowhere else", () =>
  visit(`${MLOPS}&select=node:Train&tab=details`, async (page) => {
    const link = page.locator(".console-link").first();
    assert.match(
      await link.getAttribute("href"),
      /^https:\/\/ap-northeast-2\.console\.aws\.amazon\.com\/sagemaker\/home\?region=ap-northeast-2#\/jobs\/pipelines-/,
    );
    assert.equal(await link.getAttribute("rel"), "noopener noreferrer");
  }));

test("hostile names are text, everywhere", () =>
  visit("?pipeline=hostile-names", async (page, server, { trouble }) => {
    await graphReady(page);
    const hostile = LINEAGES.get("hostile-names");
    await assertStepsDrawn(page, hostile);
    await page.click("[data-show=data]");
    await page.waitForSelector("[data-shield]");
    await assertDataDrawn(page, hostile);
    for (const { id } of hostile.graph.nodes) {
      await page.evaluate(
        (id) => [...document.querySelectorAll("[data-step]")].find(({ dataset }) => dataset.step === id).click(),
        id,
      );
      await page.waitForFunction(
        (place) => document.querySelector("[data-details]")?.dataset.details === place,
        `node:${id}`,
      );
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

test("the graph is worked with the keyboard alone", () =>
  visit(MLOPS, async (page) => {
    await graphReady(page);
    await page.keyboard.press("/");
    await page.keyboard.type("preproc");
    await page.keyboard.press("Enter");
    await page.waitForSelector("[data-details='node:Preprocess']");
    await page.focus("[data-step=Preprocess]");
    await page.keyboard.press("ArrowDown");
    await page.waitForFunction(
      () => document.activeElement.dataset.step && document.activeElement.dataset.step !== "Preprocess",
    );
    const next = await page.evaluate(() => document.activeElement.dataset.step);
    assert.ok(["Train", "Evaluate"].includes(next), next);
    await page.waitForSelector(`[data-details='node:${next}']`);
    assert.equal(await page.locator("[data-place][tabindex='0']").count(), 1);
    await page.keyboard.press("Escape");
    await page.waitForFunction(() => !document.querySelector(".react-flow__node.chosen"));
    const zoom = () => page.$eval(".react-flow__viewport", (viewport) => viewport.style.transform);
    const fitted = await zoom();
    await page.keyboard.press("+");
    await page.waitForFunction(
      (fitted) => document.querySelector(".react-flow__viewport").style.transform !== fitted,
      fitted,
    );
    await page.keyboard.press("f");
    await page.waitForFunction(
      (fitted) => document.querySelector(".react-flow__viewport").style.transform === fitted,
      fitted,
    );
  }));

test("an edge can be chosen, and tells its ends and what passes", () =>
  visit(MLOPS, async (page) => {
    await graphReady(page);
    await page.evaluate(() =>
      document
        .querySelector("[data-from='node:Preprocess'][data-to='node:Train']")
        .nextElementSibling.dispatchEvent(new MouseEvent("click", { bubbles: true })),
    );
    await page.waitForSelector("[data-details=edge]");
    const told = await page.textContent("#panel-body");
    for (const text of ["ref:Get", "Preprocess", "Train", "a1b2c3/train/"]) assert.ok(told.includes(text), text);
    assert.equal(params(page).select, 'edge:["Preprocess","Train","ref:Get"]');
  }));

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

for (const query of [
  "?pipeline=mlops-pipeline&show=data&select=node:Train&tab=details",
  "?pipeline=mlops-pipeline&show=data&select=artifact:0&tab=details&theme=dark",
  "?pipeline=mlops-pipeline&tab=findings&theme=dark",
  "?pipeline=fraud-hourly&tab=overview",
  "?pipeline=things-to-come&theme=dark",
  "?region=eu-west-1",
  "?pipeline=nothing",
]) {
  test(`axe finds nothing on ${query}`, () =>
    visit(query, async (page) => {
      await page.waitForSelector("[data-place], [data-state], [data-failure]");
      if (query.includes("tab=findings")) await page.click("[data-finding] button");
      await page.waitForTimeout(200);
      await assertAccessible(page, query);
      if (query.includes("mlops")) {
        await page.click("[data-chooser=pipeline]");
        await assertAccessible(page, "the open chooser");
      }
    }));
}

test("the graph is exported as SVG and PNG, and the answer as JSON", () =>
  visit(`${MLOPS}&show=data`, async (page, server, { trouble }) => {
    await graphReady(page);
    const save = async (kind) => {
      await page.click("[data-menu=export]");
      const [download] = await Promise.all([page.waitForEvent("download"), page.click(`[data-export=${kind}]`)]);
      await page.waitForSelector("[data-export]", { state: "detached" });
      return { name: download.suggestedFilename(), content: await readFile(await download.path()) };
    };
    const svg = await save("svg");
    assert.equal(svg.name, "mlops-pipeline.svg");
    const drawn = await page.evaluate((text) => {
      const parsed = new DOMParser().parseFromString(text, "image/svg+xml");
      return {
        error: parsed.querySelector("parsererror")?.textContent ?? null,
        places: parsed.querySelectorAll("[data-place]").length,
      };
    }, svg.content.toString("utf8"));
    assert.deepEqual(drawn, { error: null, places: answer.graph.nodes.length + answer.graph.artifacts.length });
    const png = await save("png");
    assert.equal(png.content.subarray(1, 4).toString(), "PNG");
    assert.ok(png.content.length > 20_000, "the picture is not empty");
    const saved = await save("json");
    assert.deepEqual(JSON.parse(saved.content.toString("utf8")), answer);
    await assertQuiet(page, trouble, server.base);
  }));

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

for (const [status, body] of [
  [400, { message: "region is unknown" }],
  [404, { message: "pipeline not found or domain filter mismatched" }],
  [429, { message: "Too Many Requests" }],
  [500, { message: "internal error", requestId: "r" }],
  [504, { message: "Endpoint request timed out" }],
  [502, "<html>bad gateway</html>"],
  [200, "not json"],
]) {
  test(`an answer of ${status} ${JSON.stringify(body).slice(0, 30)} has a state that helps`, () =>
    visit(
      MLOPS,
      async (page) => {
        await page.waitForSelector(`[data-failure="${status}"]`);
        assert.ok((await page.textContent(".failure h1")).length > 5);
        if (body.requestId) assert.ok((await page.textContent(".failure")).includes("r"));
        await page.waitForSelector(".failure .primary");
      },
      {
        server: { intercept: (path, _query, response) => path === "/lineage" && (json(response, status, body), true) },
      },
    ));
}

test("a lost network says so, and the page comes back by itself", () =>
  visit("", async (page, server, { context }) => {
    await page.waitForSelector("[data-pipeline]");
    await context.setOffline(true);
    await page.click("[data-pipeline=mlops-pipeline] button");
    await page.waitForSelector('[data-failure="0"]');
    await assertAccessible(page, "offline");
    await context.setOffline(false);
    await graphReady(page);
  }));

test("loading says what goes on", () =>
  visit(
    MLOPS,
    async (page) => {
      await page.waitForSelector(".loading progress");
      assert.match(await page.textContent(".loading [role=status]"), /Reading the lineage/);
      await assertAccessible(page, "loading");
      await graphReady(page);
    },
    {
      server: {
        intercept: (path, query, response) =>
          path === "/lineage" &&
          (setTimeout(() => json(response, 200, LINEAGES.get(query.get("pipeline"))), 1500), true),
      },
    },
  ));

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

for (const path of ["/prod/", "/prod"]) {
  test(`the page works under a stage, opened as ${path}`, async () => {
    const server = await serve({ stage: "/prod" });
    const { context, page, trouble } = await open();
    await page.goto(`${server.origin}${path}?pipeline=mlops-pipeline`);
    await graphReady(page);
    assert.ok(
      server.asked.every(({ path }) => path.startsWith("/prod")),
      JSON.stringify(server.asked.map(({ path }) => path)),
    );
    await page.click("[data-step=Train]");
    assert.equal(new URL(page.url()).pathname, path);
    await assertQuiet(page, trouble, server.base);
    await context.close();
    await server.close();
  });
}

for (const [what, viewport] of [
  ["a laptop", { width: 1280, height: 720 }],
  ["a tablet", { width: 1024, height: 768 }],
  ["a tablet upright", { width: 768, height: 1024 }],
]) {
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
      { viewport, hasTouch: true },
    ));
}

longTest("three hundred steps and their data are all there", () =>
  visit("?pipeline=three-hundred-steps", async (page, server, { trouble }) => {
    await graphReady(page);
    const large = LINEAGES.get("three-hundred-steps");
    await assertStepsDrawn(page, large);
    await page.click("[data-show=data]");
    await page.waitForSelector("[data-shield]");
    await assertDataDrawn(page, large);
    await assertQuiet(page, trouble, server.base);
  }),
);
