/** A browser for a file of tests, and a visit: a server and a page for one test, both gone when it ends. */

import { after, before, test as nodeTest } from "node:test";
import { executablePath, launch, openPage } from "./browser.mjs";
import { serve } from "./server.mjs";

const skip = executablePath ? false : "no Chromium on this machine";
let browser;
before(async () => {
  if (!skip) browser = await launch();
});
after(() => browser?.close());

export const test = (name, run) => nodeTest(name, { skip, timeout: 60_000 }, run);
/** One for `npm run e2e-long`: what takes its time, and goes wrong seldom. */
export const longTest = (name, run) =>
  nodeTest(name, { skip: skip || (process.env.VIEWER_LONG ? false : "long: npm run e2e-long"), timeout: 120_000 }, run);
export const open = (options) => openPage(browser, options);

/** Opens the address below the server's base, and gives page, server and what `openPage` gave to `run`; `clock` is one that the test moves. */
export async function visit(query, run, { server: serverOptions, clock = false, ...options } = {}) {
  const server = await serve(serverOptions);
  const opened = await open(options);
  try {
    if (clock) await opened.page.clock.install();
    await opened.page.goto(server.base + query);
    await run(opened.page, server, opened);
  } finally {
    await opened.context.close();
    await server.close();
  }
}

export const params = (page) => Object.fromEntries(new URL(page.url()).searchParams);
