/** What must hold on the page for any answer, whoever gives it. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** Nothing thrown, nothing against the policy, nothing asked of another origin. */
export async function assertQuiet(page, trouble, base, allowed = []) {
  const origin = new URL(base).origin;
  const foreign = trouble.requests.filter((url) => !/^(data|blob):/.test(url) && new URL(url).origin !== origin);
  assert.deepEqual(foreign, [], "requests to another origin");
  assert.deepEqual(await page.evaluate(() => window.violations), [], "policy violations");
  const errors = trouble.errors.filter((error) => !allowed.some((pattern) => pattern.test(error)));
  assert.deepEqual(errors, [], "errors in the console");
}

/** Nothing that axe knows of: WCAG 2.2's A and AA, where its rule on the size of targets is off by default, and best practice. */
export async function assertAccessible(page, what) {
  if (await page.evaluate(() => !window.axe)) await page.evaluate(axe);
  const { violations } = await page.evaluate(() =>
    window.axe.run(document, {
      preload: false, // nothing that it would fetch is looked at by the rules that are on
      resultTypes: ["violations"],
      rules: { "target-size": { enabled: true } },
    }),
  );
  const found = violations.map(
    ({ id, nodes }) =>
      `${id}: ${nodes
        .slice(0, 3)
        .map(({ html }) => html.slice(0, 160))
        .join(" | ")}`,
  );
  assert.deepEqual(found, [], `axe on ${what}`);
}

export const drawnSteps = (page) =>
  page.$$eval("[data-step]", (cards) =>
    cards.map(({ dataset }) => ({ id: dataset.step, type: dataset.type, status: dataset.status })),
  );
export const drawnArtifacts = (page) =>
  page.$$eval("[data-shield]", (cards) => cards.map(({ dataset }) => ({ uri: dataset.uri, shield: dataset.shield })));
export const drawnLinks = (page) =>
  page.$$eval(".links [data-via]", (lines) =>
    lines.map(({ dataset }) => `${dataset.from} ${dataset.via} ${dataset.to}`),
  );

const sorted = (items) => items.map((item) => JSON.stringify(item)).toSorted();

/** What a large graph is from afar: how many boxes and links its shapes hold; null where each has an element of its own. */
const pictured = (page) =>
  page.evaluate(() => {
    const pieces = (kind) =>
      [...document.querySelectorAll(`.far-picture .${kind}`)].reduce(
        (sum, path) => sum + path.getAttribute("d").split("M").length - 1,
        0,
      );
    return document.querySelector(".far-picture") && { boxes: pieces("patch"), links: pieces("thread") };
  });

/** Steps and edges as drawn with steps alone are exactly the answer's. */
export async function assertStepsDrawn(page, answer) {
  const { nodes, edges } = answer.graph;
  const picture = await pictured(page);
  if (picture) return assert.deepEqual(picture, { boxes: nodes.length, links: edges.length });
  const expected = nodes.map(({ id, type, run }) => ({ id, type, status: run?.status ?? "" }));
  assert.deepEqual(sorted(await drawnSteps(page)), sorted(expected), "steps");
  const links = edges.map(({ from, to, via }) => `node:${from} ${via} node:${to}`);
  assert.deepEqual(sorted(await drawnLinks(page)), sorted(links), "edges");
}

/** Written again from the contract's words, so that the page's own rule is held against something. */
export function expectedShield({ bucket, s3 }) {
  if (bucket === null || !s3) return "grey";
  if (s3.publicAccess === "Public") return "red";
  if (s3.publicAccess === "NotPublic" || s3.encryption === "None") return "amber";
  return s3.publicAccess === "Blocked" && ["AES256", "aws:kms", "aws:kms:dsse"].includes(s3.encryption)
    ? "green"
    : "grey";
}

export async function assertDataDrawn(page, answer) {
  const { artifacts, nodes } = answer.graph;
  const picture = await pictured(page);
  if (picture) return assert.equal(picture.boxes, nodes.length + artifacts.length);
  const expected = artifacts.map((artifact) => ({ uri: artifact.uri, shield: expectedShield(artifact) }));
  assert.deepEqual(sorted(await drawnArtifacts(page)), sorted(expected), "artifacts");
  const known = new Set(nodes.map(({ id }) => id));
  const flows = artifacts.flatMap(({ id, producedBy, consumedBy }) => [
    ...producedBy.filter((step) => known.has(step)).map((step) => `node:${step} write artifact:${id}`),
    ...consumedBy.filter((step) => known.has(step)).map((step) => `artifact:${id} read node:${step}`),
  ]);
  const drawn = (await drawnLinks(page)).filter((link) => / (read|write) /.test(link));
  assert.deepEqual(sorted(drawn), sorted(flows), "reads and writes");
}

const shown = (text) => text.replace(/\s+/g, " ").trim();

/** Every leaf of `value` that is a text, as the panel should show it somewhere. */
function* texts(value) {
  if (typeof value === "string") yield value;
  else if (value && typeof value === "object") for (const item of Object.values(value)) yield* texts(item);
}

/** The open panel says what the answer says of this step. */
export async function assertStepTold(page, step) {
  const panel = shown(await page.locator("#panel-body").evaluate((body) => body.textContent));
  const told = [
    step.label,
    step.type,
    step.run?.jobName,
    step.run?.jobArn,
    step.run?.failureReason,
    ...texts(step.registry),
    ...texts(step.security),
  ];
  for (const port of [...step.inputs, ...step.outputs]) told.push(port.name, port.uri, port.expression);
  told.push(...Object.keys(step.run?.metrics ?? {}));
  for (const text of told) if (text) assert.ok(panel.includes(shown(text)), `the panel of ${step.id} says ${text}`);
}
