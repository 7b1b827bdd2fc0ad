/** The page for the account, in Chromium, on accounts of 5, 60 and 300 pipelines with hostile and Korean names. */

import assert from "node:assert/strict";
import { assertAccessible, assertQuiet } from "./checks.mjs";
import { accountAnswer, LARGE, MIDDLE, SMALL } from "./fixtures/account.mjs";
import { MARKUP } from "./fixtures/odd.mjs";
import { fitsAcross, saved, values, WINDOWS } from "./hands.mjs";
import { json } from "./server.mjs";
import { longTest, params, test, visit } from "./visit.mjs";

const SIZES = { 5: SMALL, 60: MIDDLE, 300: LARGE };
const save = async (page, selector) => {
  const { name, content } = await saved(page, selector);
  return { name, text: content.toString("utf8") };
};

for (const [count, account] of Object.entries(SIZES)) {
  (account === LARGE ? longTest : test)(`home is the account, of ${count} pipelines`, () =>
    visit(
      "",
      async (page, server, { trouble }) => {
        await page.waitForFunction(
          (count) => document.querySelector("[data-list=pipelines] .count")?.textContent === count,
          count,
        );
        const total = (name) => page.textContent(`[data-total=${name}] dd`);
        assert.equal(await total("pipelines"), count);
        assert.equal((await total("endpoints")).trim(), String(Math.ceil(Number(count) / 3)));
        const names = account.pipelines.map(({ name }) => name);
        assert.deepEqual(await values(page, "pipeline"), names.slice(0, 200));
        const read = account.pipelines.filter(({ unread }) => unread.length === 0).length;
        assert.match(await page.textContent(".coverage"), new RegExp(`${read} of ${count} pipelines read.*as of`));
        assert.ok((await page.locator("[data-attention]").count()) > 0);
        await page.click(".coverage summary");
        assert.ok((await page.textContent(".coverage ul")).includes("sagemaker:DescribePipeline"));
        await assertAccessible(page, `the account of ${count}`);
        assert.equal(await page.locator("#root img, #root script").count(), 0);
        assert.equal(await page.title(), "SageMaker Lineage");
        await assertQuiet(page, trouble, server.base);
      },
      { server: { account } },
    ),
  );
}

test("places have their posture and who touches them; order, list and filter are in the address", () =>
  visit(
    "",
    async (page) => {
      await page.click("[data-list=places]");
      assert.deepEqual(
        await values(page, "bucket"),
        MIDDLE.places.map(({ bucket }) => bucket),
      );
      await page.click("[data-sort=readBy]");
      await page.click("[data-sort=readBy]");
      assert.equal((await values(page, "bucket"))[0], "shared-raw-lake");
      assert.deepEqual(params(page), { list: "places", sort: "-readBy" });
      assert.equal(await page.getAttribute("th:has([data-sort=readBy])", "aria-sort"), "descending");
      await page.fill(".account .search input", "team-1");
      const wanted = MIDDLE.places.filter(({ bucket }) => bucket.includes("team-1")).map(({ bucket }) => bucket);
      await page.waitForFunction((count) => document.querySelectorAll("[data-bucket]").length === count, wanted.length);
      const { name, text } = await save(page, "[data-export=csv]");
      assert.equal(name, "account-places.csv");
      assert.equal(text.trim().split("\r\n").length, wanted.length + 1);
      await page.click("[data-bucket] .names summary >> nth=0");
      await assertAccessible(page, "places");
      const address = page.url();
      await page.goto(address);
      await page.waitForFunction((count) => document.querySelectorAll("[data-bucket]").length === count, wanted.length);
      assert.deepEqual((await values(page, "bucket")).toSorted(), wanted.toSorted());
    },
    { server: { account: MIDDLE } },
  ));

test("a pipeline is opened from the account, and back leads home", () =>
  visit(
    "",
    async (page) => {
      await page.click("[data-pipeline] .place-link >> nth=0");
      await page.waitForSelector("[data-failure='404']");
      const { name, region } = MIDDLE.pipelines[0];
      assert.deepEqual(params(page), { pipeline: name, region });
      await page.goBack();
      await page.waitForSelector("[data-total=pipelines]");
    },
    { server: { account: MIDDLE } },
  ));

test("where the account cannot be answered for, home is the list, and says how to set a store", () => {
  const answers = [
    [404, "not found"],
    [400, "the account has 300 pipelines: set LINEAGE_STORE"],
    [502, "graph.json.gz in the store is damaged: remove it, and scan again"],
    [502, "scan.json has schema 0, and this product reads 1"],
    [502, "/srv/store: no such store"],
    [502, "s3://lake/lineage/: s3:GetObject was answered with AccessDenied"],
    [200, "not json"],
  ];
  let [status, message] = answers[0];
  return visit(
    "",
    async (page) => {
      for ([status, message] of answers) {
        await page.reload();
        await page.waitForSelector("[data-pipeline=mlops-pipeline]");
        assert.equal(await page.getAttribute("[data-notice=store]", "data-why"), status === 502 ? "broken" : "none");
        await page.click("[data-notice=store] summary");
        const told = await page.textContent("[data-notice=store]");
        for (const text of ["scan --region", "--store s3://", "LINEAGE_STORE=file://", "LINEAGE_STORE=s3://"])
          assert.ok(told.includes(text), text);
        if (status !== 200) assert.ok(told.includes(message));
        if (message.startsWith("graph") || status === 404) await assertAccessible(page, `no account: ${status}`);
      }
    },
    {
      server: {
        intercept: (path, _query, response) =>
          path === "/account" && (json(response, status, status === 200 ? message : { message, requestId: "r" }), true),
      },
    },
  );
});

const changed = (account, change) => (path, query, response) =>
  path === "/account" && (json(response, 200, change(accountAnswer(account, query))), true);
const live = (answer, read) => ({
  ...answer,
  coverage: { ...answer.coverage, asOf: null, pipelines: { known: answer.totals.pipelines, read } },
});

test("an account that was read just now says what it does not know, and how to set a store", () =>
  visit(
    "",
    async (page) => {
      await page.waitForSelector("[data-total=pipelines]");
      assert.equal(await page.getAttribute("[data-notice=store]", "data-why"), "live");
      assert.match(await page.textContent(".coverage"), /read just now/);
      await assertAccessible(page, "read just now");
    },
    { server: { intercept: changed(MIDDLE, (answer) => live(answer, 50)) } },
  ));

test("an empty store is the list, and says to scan first", () =>
  visit(
    "?lang=ko",
    async (page) => {
      await page.waitForSelector("[data-pipeline=mlops-pipeline]");
      assert.equal(await page.getAttribute("[data-notice=store]", "data-why"), "empty");
      assert.match(await page.textContent("[data-notice=store]"), /먼저 스캔/);
    },
    {
      server: {
        intercept: changed(SMALL, (answer) => ({
          ...answer,
          coverage: { regions: [], pipelines: { known: 0, read: 0 }, asOf: null, unread: [] },
          totals: Object.fromEntries(Object.keys(answer.totals).map((name) => [name, 0])),
          pipelines: [],
          places: [],
          warnings: [{ code: "NothingKept", message: "the store holds nothing: run sagemaker-lineage scan first" }],
        })),
      },
    },
  ));

test("an account that is too large to be read at once is the list, and how to set a store; the filter is in the address", () =>
  visit(
    "?q=mlops",
    async (page) => {
      await page.waitForSelector("[data-pipeline=mlops-pipeline]");
      assert.equal(await page.getAttribute("[data-notice=store]", "data-why"), "large");
      assert.ok((await page.textContent("[data-notice=store]")).includes("300 pipelines"));
      assert.ok((await values(page, "pipeline")).every((name) => name.includes("mlops")));
      await assertAccessible(page, "too large");
    },
    { server: { intercept: changed(LARGE, (answer) => live(answer, 120)) } },
  ));

test("rows that did not come are said to be missing, and fetched on demand", () => {
  let refusing = true;
  return visit(
    "",
    async (page) => {
      await page.waitForSelector(".account-bar .problem");
      assert.match(await page.textContent(".account-bar .problem"), /Rows are missing: the store is away/);
      await assertAccessible(page, "rows missing");
      refusing = false;
      await page.click(".account-bar .problem button");
      await page.waitForFunction(() => document.querySelector("[data-list=pipelines] .count").textContent === "60");
    },
    {
      server: {
        account: MIDDLE,
        mostRows: 20,
        intercept: (path, query, response) =>
          refusing &&
          path === "/account" &&
          query.has("nextToken") &&
          (json(response, 502, { message: "the store is away", requestId: "r" }), true),
      },
    },
  );
});

test("the account is accessible in Korean, dark and in smaller windows", () =>
  visit(
    "?lang=ko&theme=dark",
    async (page) => {
      for (const [what, viewport] of Object.entries(WINDOWS)) {
        await page.setViewportSize(viewport);
        await page.waitForSelector("[data-pipeline]");
        await assertAccessible(page, what);
        await page.click("[data-list=places]");
        await assertAccessible(page, `${what}, places`);
        assert.equal(await fitsAcross(page), true, what);
        const told = await page.textContent(".account");
        assert.ok(!told.includes("undefined") && !told.includes("[object"));
        await page.click("[data-list=pipelines]");
      }
    },
    { server: { account: SMALL } },
  ));

test("hostile names are text in the account", () =>
  visit(
    "",
    async (page, server, { trouble }) => {
      await page.fill(".account .search input", "<img");
      await page.waitForFunction(() => document.querySelectorAll("[data-pipeline]").length === 1);
      assert.deepEqual(await values(page, "pipeline"), [MARKUP]);
      const { text } = await save(page, "[data-export=csv]");
      assert.ok(text.includes(`"${MARKUP.replaceAll('"', '""')}"`));
      assert.equal(await page.locator("#root img, #root script").count(), 0);
      await assertQuiet(page, trouble, server.base);
    },
    { server: { account: SMALL } },
  ));
