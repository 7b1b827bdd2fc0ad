/** Debian's Chromium, quiet and on its own, driven by Playwright. */

import { existsSync } from "node:fs";
import { chromium } from "playwright-core";

const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];
const PLACES = [
  process.env.CHROMIUM,
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

export const executablePath = PLACES.find((place) => place && existsSync(place));

export async function launch() {
  if (!executablePath) throw new Error("no Chromium found: install Debian's chromium, or name one in CHROMIUM");
  return chromium.launch({ executablePath, args: FLAGS, headless: true });
}

export const WINDOW = { width: 1440, height: 900 };

/**
 * A page of its own profile that writes down what a user would never see: errors, policy violations, requests to
 * other origins.
 */
export async function openPage(browser, options = {}) {
  const context = await browser.newContext({
    viewport: WINDOW,
    locale: "en-US",
    colorScheme: "light",
    reducedMotion: "reduce",
    timezoneId: "Asia/Seoul",
    ...options,
  });
  const page = await context.newPage();
  const trouble = { errors: [], requests: [] };
  page.on("pageerror", (error) => trouble.errors.push(String(error)));
  page.on("console", (message) => message.type() === "error" && trouble.errors.push(message.text()));
  page.on("request", (request) => trouble.requests.push(request.url()));
  await page.addInitScript(() => {
    window.violations = [];
    document.addEventListener("securitypolicyviolation", (event) =>
      window.violations.push(`${event.violatedDirective} ${event.blockedURI}`),
    );
  });
  return { context, page, trouble };
}

export const graphReady = (page) => page.waitForSelector(".react-flow__node [data-place]");
