/**
 * What three hundred steps, and two thousand vertices of an account, cost in Chromium: the layout, the first drawing, a
 * selection, and frames while panning and zooming.
 */

import { performance } from "node:perf_hooks";
import { graphReady, launch, openPage } from "./browser.mjs";
import { LARGE } from "./fixtures/account.mjs";
import { serve } from "./server.mjs";

const ACCOUNT = "?start=s3://shared-raw-lake/&more=all";
const SCENES = {
  "300 steps": "?pipeline=three-hundred-steps",
  "300 steps and their data": "?pipeline=three-hundred-steps&show=data",
  "2,000 vertices, folded": ACCOUNT,
  "2,000 vertices, folded by bucket": `${ACCOUNT}&fold=bucket`,
  "2,000 vertices, unfolded": `${ACCOUNT}&fold=none&leaves=true`,
  "2,000 vertices, unfolded, read from near by": `${ACCOUNT}&fold=none&leaves=true&at=3000,3000,0.5`,
};

const server = await serve({ account: LARGE });
const browser = await launch();
const round = (value) => Math.round(value * 10) / 10;

/** What the page's own thread has computed so far, in ms: other work on the machine does not count. */
async function computed(devtools) {
  const { metrics } = await devtools.send("Performance.getMetrics");
  return metrics.find(({ name }) => name === "TaskDuration").value * 1000;
}

async function devtoolsOf(context, page) {
  const devtools = await context.newCDPSession(page);
  await devtools.send("Performance.enable", { timeDomain: "threadTicks" });
  return devtools;
}

/** What a frame in which the graph moved cost the page's thread, and how long it was until the next, in ms. */
async function frames(page, devtools, act) {
  await page.evaluate(() => {
    window.moves = [];
    const { style } = document.querySelector(".react-flow__viewport");
    let [last, shown] = [performance.now(), style.transform];
    const tick = (now) => {
      if (style.transform !== shown) window.moves.push(now - last);
      [last, shown] = [now, style.transform];
      window.ticking = requestAnimationFrame(tick);
    };
    window.ticking = requestAnimationFrame(tick);
  });
  const before = await computed(devtools);
  await act();
  const cost = (await computed(devtools)) - before;
  const times = await page.evaluate(() => (cancelAnimationFrame(window.ticking), window.moves));
  const order = times.toSorted((a, b) => a - b);
  const at = (share) => round(order[Math.min(order.length - 1, Math.floor(order.length * share))] ?? 0);
  return { frames: times.length, computedPerFrame: round(cost / times.length), median: at(0.5), p95: at(0.95) };
}

async function pan(page) {
  await page.mouse.move(450, 760);
  await page.mouse.down();
  for (let step = 0; step < 60; step += 1) await page.mouse.move(450 + 4 * step, 760 - 2 * step);
  await page.mouse.up();
}

async function zoom(page) {
  await page.mouse.move(500, 500);
  for (let step = 0; step < 30; step += 1) await page.mouse.wheel(0, step < 15 ? -120 : 120);
}

for (const [scene, query] of Object.entries(SCENES)) {
  const { context, page } = await openPage(browser, { reducedMotion: "no-preference" });
  const devtools = await devtoolsOf(context, page);
  const started = performance.now();
  await page.goto(server.base + query);
  await graphReady(page);
  const drawn = performance.now() - started;
  const drawnComputed = await computed(devtools);
  await page.waitForTimeout(800);
  const counts = await page.evaluate(() => ({ ...document.querySelector(".canvas").dataset }));
  const layout = await page.evaluate(() => performance.getEntriesByName("layout").at(-1)?.duration ?? null);
  const beforeSelect = await computed(devtools);
  const select = await page.evaluate(async () => {
    const began = performance.now();
    document.querySelector("[data-row] .place-link, [data-place]").click();
    await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
    return performance.now() - began;
  });
  const selectComputed = (await computed(devtools)) - beforeSelect;
  const panning = await frames(page, devtools, () => pan(page));
  const zooming = await frames(page, devtools, () => zoom(page));
  console.log(
    JSON.stringify({
      scene,
      boxes: Number(counts.boxes),
      links: Number(counts.links),
      layoutMs: layout && round(layout),
      drawnMs: round(drawn),
      drawnComputedMs: round(drawnComputed),
      selectMs: round(select),
      selectComputedMs: round(selectComputed),
      panning,
      zooming,
    }),
  );
  await context.close();
}
await browser.close();
await server.close();
