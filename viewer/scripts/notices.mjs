/** The notices of third parties: which packages' code the built page holds, and the licence text that each asks to go along. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

const FOLDER = /^(.*\/node_modules\/(?:@[^/]+\/)?[^/]+)\//;
const TEXT = /^(licen[cs]e|copying|notice)(\.(md|txt))?$/i;
const RULE = "-".repeat(80);

/** The folder of the package that a module belongs to, or null for the page's own. */
const folderOf = (id) => FOLDER.exec(id.replaceAll("\\", "/"))?.[1] ?? null;

const describe = (folder) => JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));

/** The folder that a package in `folder` finds another one in, as Node looks for it; null where it is not installed. */
function find(name, folder) {
  for (let above = folder; above !== dirname(above); above = dirname(above)) {
    const found = join(above, "node_modules", name);
    if (existsSync(join(found, "package.json"))) return found;
  }
  return null;
}

/** Packages and all that they ask for: a package may bring a copy of another in its own files. Types are no code. */
function withDependencies(folders) {
  const found = new Set(folders);
  for (const folder of found)
    for (const name of Object.keys(describe(folder).dependencies ?? {})) {
      const other = name.startsWith("@types/") ? null : find(name, folder);
      if (other) found.add(other);
    }
  return found;
}

function notice(folder) {
  const { name, version, license } = describe(folder);
  const texts = readdirSync(folder).filter((file) => TEXT.test(file));
  if (texts.length === 0) throw new Error(`${name} ${version} goes into the page, and brings no licence text`);
  return {
    title: `${name} ${version} (${license})`,
    text: texts.map((file) => readFileSync(join(folder, file), "utf8").trim()).join("\n\n"),
  };
}

/** Plugins for the page and for its workers, which Vite builds apart (its own `build.license` sees the page alone). */
export function thirdPartyNotices(fileName) {
  const folders = new Set();
  const collect = (bundle) => {
    for (const chunk of Object.values(bundle))
      for (const id of Object.keys(chunk.modules ?? {})) {
        const folder = folderOf(id);
        if (folder) folders.add(folder);
      }
  };
  const worker = { name: "notices-of-workers", generateBundle: (_, bundle) => collect(bundle) };
  const page = {
    name: "notices",
    apply: "build",
    generateBundle(_, bundle) {
      collect(bundle);
      const notices = [...withDependencies(folders)].map(notice).toSorted((a, b) => (a.title < b.title ? -1 : 1));
      const parts = notices.map(({ title, text }) => `${RULE}\n${title}\n${RULE}\n\n${text}\n`);
      const source = `This page holds code of these packages, each under its licence.\n\n${parts.join("\n")}`;
      this.emitFile({ type: "asset", fileName, source });
    },
  };
  return { page, worker };
}
