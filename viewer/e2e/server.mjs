/** A small stand-in for the service: the built page under its policy, and canned answers of the contract's shape. */

import { createServer } from "node:http";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { executionsOf, LINEAGES, PIPELINES } from "./fixtures/index.mjs";
import { accountAnswer, impactAnswer, MIDDLE } from "./fixtures/account.mjs";
import { REGION } from "./fixtures/build.mjs";
import { differenceAnswer } from "./fixtures/difference.mjs";

const BUILT = new URL("../../chalicelib/viewer/", import.meta.url);
export const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; font-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
const KINDS = {
  html: "text/html; charset=utf-8",
  js: "text/javascript; charset=utf-8",
  css: "text/css; charset=utf-8",
  svg: "image/svg+xml",
};

function json(response, status, body, headers = {}) {
  response.writeHead(status, { "Content-Type": "application/json", ...headers });
  response.end(typeof body === "string" ? body : JSON.stringify(body));
}

/** `/prod` without its slash makes `viewer/…` mean `/viewer/…`: the addresses then carry the stage themselves. */
function underStage(text, stage) {
  return stage === "" ? text : text.replaceAll('="viewer/', `="${stage.slice(1)}/viewer/`);
}

async function file(response, name, edit = (text) => text) {
  if (!/^[\w.-]+$/.test(name)) return json(response, 404, { message: "no such file" });
  try {
    const content = await readFile(fileURLToPath(new URL(name, BUILT)), "utf8");
    const kind = name.split(".").at(-1);
    const headers = {
      "Content-Type": KINDS[kind],
      "Cache-Control": kind === "html" ? "no-cache" : "public, max-age=31536000, immutable",
      "Content-Security-Policy": POLICY,
      "X-Content-Type-Options": "nosniff",
    };
    response.writeHead(200, headers);
    response.end(edit(content));
  } catch {
    json(response, 404, { message: "no such file" });
  }
}

function lineage(response, query) {
  const answer = LINEAGES.get(query.get("pipeline"));
  const region = query.get("region") ?? REGION;
  if (!answer || region !== REGION)
    return json(response, 404, { message: "pipeline not found or domain filter mismatched" });
  if (["0", "false", "no"].includes(query.get("includeLatestExec") ?? "")) {
    const nodes = answer.graph.nodes.map(({ run: _run, ...node }) => node);
    return json(response, 200, {
      ...answer,
      execution: null,
      graph: { ...answer.graph, nodes },
      summary: { ...answer.summary, overallStatus: "Unknown", nodeStatus: { Unknown: nodes.length }, elapsedSec: null },
    });
  }
  const wanted = query.get("execution");
  if (!wanted) return json(response, 200, answer);
  const entry = executionsOf(answer.pipeline.name).find(({ arn }) => arn.endsWith(`/${wanted}`) || arn === wanted);
  if (!entry) return json(response, 404, { message: "pipeline not found or domain filter mismatched" });
  json(response, 200, {
    ...answer,
    execution: { ...answer.execution, ...entry },
    summary: { ...answer.summary, overallStatus: entry.status },
  });
}

function impact(response, account, query) {
  const answer = impactAnswer(account, query);
  if (answer) return json(response, 200, answer);
  json(response, 404, { message: "start is nowhere in the account's graph" });
}

function pipelines(response, query) {
  const size = Math.min(Number(query.get("maxResults") ?? 100), 5);
  const from = Number(query.get("nextToken") ?? 0);
  const region = query.get("region") ?? REGION;
  const all = region === REGION ? PIPELINES : [];
  json(response, 200, {
    region,
    pipelines: all.slice(from, from + size),
    nextToken: from + size < all.length ? String(from + size) : null,
    warnings: [],
  });
}

const PLAIN = { stage: "", account: null, mostRows: 200, intercept: () => false };

/**
 * Serves on a free loopback port, below `stage` ("/prod", as API Gateway does) or at the root.
 * `account` is what `/account` and `/impact` answer from; without one they are not there, as with an older service.
 * At most `mostRows` rows of it come at once. `intercept(path, query, response, request)` may answer instead, by
 * returning true; `asked` records every request. `play` takes other options, and forgets what was asked.
 */
export async function serve(options = {}) {
  const asked = [];
  let { stage, account, mostRows, intercept } = { ...PLAIN, ...options };
  const server = createServer((request, response) => {
    const url = new URL(request.url, "http://localhost");
    asked.push({ path: url.pathname, query: Object.fromEntries(url.searchParams), headers: request.headers });
    if (!url.pathname.startsWith(stage)) return json(response, 403, { message: "Missing Authentication Token" });
    const path = url.pathname.slice(stage.length);
    if (intercept(path, url.searchParams, response, request)) return;
    if (path === "" || path === "/")
      return void file(response, "index.html", (text) => underStage(text, path === "" ? stage : ""));
    if (path.startsWith("/viewer/")) return void file(response, path.slice("/viewer/".length));
    if (path === "/account" && account) return json(response, 200, accountAnswer(account, url.searchParams, mostRows));
    if (path === "/impact" && account) return impact(response, account, url.searchParams);
    if (path === "/diff") return json(response, 200, differenceAnswer(url.searchParams));
    if (path === "/lineage") return lineage(response, url.searchParams);
    if (path === "/pipelines") return pipelines(response, url.searchParams);
    if (path === "/executions")
      return json(response, 200, {
        executions: executionsOf(url.searchParams.get("pipeline")),
        nextToken: null,
        warnings: [],
      });
    json(response, 404, { message: "not found" });
  });
  await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
  const origin = `http://127.0.0.1:${server.address().port}`;
  return {
    get base() {
      return `${origin}${stage}/`;
    },
    origin,
    asked,
    play: (next = {}) => {
      ({ stage, account, mostRows, intercept } = { ...PLAIN, ...next });
      asked.length = 0;
    },
    close: () =>
      new Promise((done) => {
        server.closeAllConnections();
        server.close(done);
      }),
  };
}

export { json };

if (process.argv[1] === fileURLToPath(import.meta.url)) console.log((await serve({ account: MIDDLE })).base);
