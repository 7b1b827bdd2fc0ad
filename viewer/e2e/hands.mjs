/** What a reader does on the page, and what they then see. */

import { readFile } from "node:fs/promises";
import { MIDDLE } from "./fixtures/account.mjs";
import { LINEAGES } from "./fixtures/index.mjs";

export const MLOPS = "?pipeline=mlops-pipeline";
export const MLOPS_ANSWER = LINEAGES.get("mlops-pipeline");
/** The account that tests look at, where they do not say otherwise. */
export const ACCOUNT = MIDDLE;

/** The places that are lit up in the graph. */
export const lit = (page) =>
  page.$$eval(".react-flow__node.lit [data-place]", (cards) => cards.map(({ dataset }) => dataset.place).toSorted());

/** The values of a data attribute, in the page's order. */
export const values = (page, name) =>
  page.$$eval(`[data-${name}]`, (all, name) => all.map(({ dataset }) => dataset[name]), name);

/** Presses what has this value of a data attribute, wherever it stands: names may hold anything, quotes too. */
export const press = (page, name, value) =>
  page.evaluate(
    ([name, value]) =>
      [...document.querySelectorAll(`[data-${name}]`)].find(({ dataset }) => dataset[name] === value).click(),
    [name, value],
  );

export const toldOf = (page, place) =>
  page.waitForFunction((place) => document.querySelector("[data-details]")?.dataset.details === place, place);

export async function choose(page, chooser, choice) {
  await page.click(`[data-chooser=${chooser}]`);
  await press(page, "choice", choice);
}

/** The file that comes when this is pressed. */
export async function saved(page, selector) {
  const [download] = await Promise.all([page.waitForEvent("download"), page.click(selector)]);
  return { name: download.suggestedFilename(), content: await readFile(await download.path()) };
}

/** A file from the menu of exports. */
export async function exported(page, kind) {
  await page.click("[data-menu=export]");
  const file = await saved(page, `[data-export=${kind}]`);
  await page.waitForSelector("[data-export]", { state: "detached" });
  return file;
}

/** Nothing is wider than the window. */
export const fitsAcross = (page) => page.evaluate(() => document.documentElement.scrollWidth <= innerWidth);

export const WINDOWS = {
  "a laptop": { width: 1280, height: 720 },
  "a tablet": { width: 1024, height: 768 },
  "a tablet upright": { width: 768, height: 1024 },
};
