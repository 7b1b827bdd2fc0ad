/** Pictures of the page, light and dark, for the README and for whoever judges the design. `--all DIR` takes more of them. */

import { mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { graphReady, launch, openPage } from "./browser.mjs";
import { serve } from "./server.mjs";

const more = process.argv[2] === "--all" ? process.argv[3] : null;
const folder = more ? `${more}/` : fileURLToPath(new URL("../../docs/images/", import.meta.url));
mkdirSync(folder, { recursive: true });
const README = [
  ["viewer-light", "?pipeline=mlops-pipeline&show=data&select=node:Train&tab=details&theme=light", {}],
  ["viewer-dark", "?pipeline=mlops-pipeline&show=data&select=node:Train&tab=details&theme=dark", {}],
];
const ALL = [
  ...README,
  ["steps", "?pipeline=mlops-pipeline", {}],
  ["steps-tb", "?pipeline=mlops-pipeline&dir=TB", {}],
  ["data", "?pipeline=mlops-pipeline&show=data", {}],
  ["data-dark", "?pipeline=mlops-pipeline&show=data&theme=dark", {}],
  ["artifact", "?pipeline=mlops-pipeline&show=data&select=artifact:12&tab=details", {}],
  ["findings", "?pipeline=mlops-pipeline&tab=findings", {}, async (page) => page.click("[data-finding] >> nth=0")],
  ["warnings-dark", "?pipeline=mlops-pipeline&tab=warnings&theme=dark", {}],
  ["failed", "?pipeline=churn-weekly&select=node:Train&tab=details", {}],
  ["executing-ko", "?pipeline=fraud-hourly&lang=ko", {}],
  ["never-run", "?pipeline=draft-pipeline", {}],
  ["newer", "?pipeline=things-to-come&select=node:Quantum&tab=details&show=data", {}],
  ["hostile", "?pipeline=hostile-names&show=data", {}],
  ["large", "?pipeline=three-hundred-steps", {}],
  ["large-data", "?pipeline=three-hundred-steps&show=data&theme=dark", {}],
  ["home", "", {}, async () => undefined, false],
  ["home-ko-dark", "?lang=ko&theme=dark", {}, async () => undefined, false],
  ["missing", "?pipeline=nothing", {}, async () => undefined, false],
  ["empty", "?region=eu-west-1", {}, async () => undefined, false],
  ["tablet", "?pipeline=mlops-pipeline&show=data", { viewport: { width: 1024, height: 768 }, hasTouch: true }],
  [
    "tablet-portrait",
    "?pipeline=mlops-pipeline&select=node:Train&tab=details",
    { viewport: { width: 768, height: 1024 }, hasTouch: true },
  ],
  ["chooser", "?pipeline=mlops-pipeline", {}, async (page) => page.click("[data-chooser=pipeline]")],
];

const server = process.env.VIEWER_BASE_URL
  ? { base: process.env.VIEWER_BASE_URL.replace(/\/?$/, "/"), close: async () => undefined }
  : await serve();
const browser = await launch();
for (const [name, query, options, act = async () => undefined, graph = true] of more ? ALL : README) {
  const { context, page } = await openPage(browser, options);
  await page.goto(server.base + query);
  if (graph) await graphReady(page);
  await act(page);
  await page.waitForTimeout(500);
  await page.screenshot({ path: `${folder}${name}.png` });
  await context.close();
}
await browser.close();
await server.close();
