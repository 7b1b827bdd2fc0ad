/** One browser, one server and one page for a file of tests: each test visits them with its own answers. */

import { after, before, test as nodeTest } from "node:test";
import { executablePath, launch, openPage, WINDOW } from "./browser.mjs";
import { serve } from "./server.mjs";

const skip = executablePath ? false : "no Chromium on this machine";
let browser;
let server;
/** The page that tests share one after the other: what makes it costs more than most of them. */
let shared = null;
before(async () => {
  if (skip) return;
  [browser, server] = await Promise.all([launch(), serve()]);
});
after(async () => {
  await browser?.close();
  await server?.close();
});

export const test = (name, run) => nodeTest(name, { skip, timeout: 60_000 }, run);
/** One for `npm run e2e-long`: what takes its time, and goes wrong seldom. */
export const longTest = (name, run) =>
  nodeTest(name, { skip: skip || (process.env.VIEWER_LONG ? false : "long: npm run e2e-long"), timeout: 120_000 }, run);
/** A page of its own profile, which nobody else sees. */
export const open = (options) => openPage(browser, options);

/** Leaves the shared page as a new one would be. */
async function clean({ page, trouble }) {
  await page.evaluate(() => (localStorage.clear(), sessionStorage.clear()));
  await page.goto("about:blank");
  if (page.viewportSize().width !== WINDOW.width) await page.setViewportSize(WINDOW);
  trouble.errors.length = trouble.requests.length = 0;
}

/**
 * Opens the address below the server's base, and gives page, server and what `openPage` gave to `run`. `viewport` is the
 * window's size; with `own`, or any other option of a browser's profile, the page is one of its own; `clock` is one that
 * the test moves. `base` is another service's, which then gives the answers; `prepare` is done before the page is opened.
 */
export async function visit(query, run, options = {}) {
  const { server: answers, base, prepare, viewport, own = false, clock = false, ...profile } = options;
  const alone = own || clock || Object.keys(profile).length > 0;
  server.play(answers);
  const opened = alone ? await open(profile) : (shared ?? (await open()));
  if (!alone) shared = null; // given back where the test leaves it whole
  try {
    if (viewport) await opened.page.setViewportSize(viewport);
    await prepare?.(opened.page);
    if (clock) await opened.page.clock.install();
    await opened.page.goto((base ?? server.base) + query);
    await run(opened.page, server, opened);
    if (!alone) await clean(opened);
  } catch (error) {
    await opened.context.close();
    throw error;
  }
  if (alone) await opened.context.close();
  else shared = opened;
}

export const params = (page) => Object.fromEntries(new URL(page.url()).searchParams);
