/** A pipeline's lineage in Chromium, on canned answers: chosen, drawn, lit and told. */

import assert from "node:assert/strict";
import { graphReady } from "./browser.mjs";
import { assertAccessible, assertDataDrawn } from "./checks.mjs";
import { LINEAGES } from "./fixtures/index.mjs";
import { choose, lit, MLOPS, MLOPS_ANSWER, press } from "./hands.mjs";
import { params, test, visit } from "./visit.mjs";

const classOf = (page, place) =>
  page.evaluate(
    (place) =>
      [...document.querySelectorAll("[data-place]")]
        .find(({ dataset }) => dataset.place === place)
        .closest(".react-flow__node").className,
    place,
  );

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
    assert.deepEqual(await lit(page), MLOPS_ANSWER.graph.nodes.map(({ id }) => `node:${id}`).toSorted());
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

test("a branch that was not taken is dimmed and says so; one not reached is not", () =>
  visit(MLOPS, async (page, server) => {
    await graphReady(page);
    assert.match(await classOf(page, "node:NotifyFailure"), /untaken/);
    assert.doesNotMatch(await classOf(page, "node:RegisterModel-RegisterModel"), /untaken/);
    assert.equal(await page.locator(".link.untaken").count(), 1);
    assert.match(await page.innerHTML("[data-step=NotifyFailure]"), /aria-label="Branch not taken"/);
    await page.goto(`${server.base}?pipeline=churn-weekly`);
    await graphReady(page);
    assert.equal(await page.locator(".react-flow__node.untaken").count(), 0);
  }));

test("choosing a finding lights exactly its path", () =>
  visit(`${MLOPS}&tab=findings`, async (page) => {
    await page.waitForFunction(
      (count) => document.querySelectorAll("[data-finding] .severity").length === count,
      MLOPS_ANSWER.findings.length,
    );
    const titles = await page.$$eval("[data-finding] .severity", (chips) =>
      chips.map(({ textContent }) => textContent),
    );
    assert.deepEqual(titles, ["Critical", "High", "Medium", "Medium", "Low"]);
    for (const { finding_info, path } of MLOPS_ANSWER.findings) {
      await page.click(`[data-finding="${finding_info.uid}"] > button`);
      await page.waitForSelector(`[data-finding="${finding_info.uid}"].open`);
      await page.waitForSelector("[data-shield]");
      assert.deepEqual(await lit(page), [...new Set(path)].toSorted());
      assert.equal((await page.locator(".link.lit").count()) >= 1, true);
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
    await press(page, "uri", open[0].uri);
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
    for (const { code, message, resource, action } of MLOPS_ANSWER.warnings) {
      for (const text of [code, message, resource, action]) assert.ok(told.includes(text), text);
    }
  }));

test("an artifact's panel shows each of its facts as the answer spells them", () =>
  visit(`${MLOPS}&show=data`, async (page) => {
    await graphReady(page);
    for (const artifact of MLOPS_ANSWER.graph.artifacts) {
      await press(page, "uri", artifact.uri);
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

test("the whole graph is shown by the key, however soon after it was moved", () =>
  visit(MLOPS, async (page) => {
    await graphReady(page);
    const shown = () => page.$eval(".react-flow__viewport", (viewport) => viewport.style.transform);
    const fitted = await shown();
    await page.focus("[data-step=Preprocess]");
    await page.evaluate(() => {
      for (const key of ["+", "f"]) {
        document.activeElement.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
      }
    });
    await page.waitForTimeout(600);
    assert.equal(await shown(), fitted);
    assert.equal(params(page).at, undefined);
  }));
