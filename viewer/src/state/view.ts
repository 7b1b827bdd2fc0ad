/** The whole state of the view, as the URL's query string holds it, so that a link shows what its sender saw. */

export type Drawn = "steps" | "data";
export type Direction = "LR" | "TB";
export type Tab = "overview" | "details" | "findings" | "warnings";
export type Language = "en" | "ko";
export type Theme = "light" | "dark";

/** What is selected: a step by id, an artifact by id, an edge by its ends and kind, or a finding by uid. */
export type Selection =
  | { kind: "node"; id: string }
  | { kind: "artifact"; id: number }
  | { kind: "edge"; from: string; to: string; via: string }
  | { kind: "finding"; uid: string };

export interface View {
  region: string | null;
  domain: string | null;
  pipeline: string | null;
  /** An execution's ARN or id; null is the latest. */
  execution: string | null;
  includeLatestExec: boolean;
  posture: "basic" | "full";
  show: Drawn;
  /** null: whichever shows the graph larger. */
  direction: Direction | null;
  select: Selection | null;
  tab: Tab;
  search: string;
  language: Language | null;
  theme: Theme | null;
}

export const EMPTY_VIEW: View = {
  region: null,
  domain: null,
  pipeline: null,
  execution: null,
  includeLatestExec: true,
  posture: "basic",
  show: "steps",
  direction: null,
  select: null,
  tab: "overview",
  search: "",
  language: null,
  theme: null,
};

function oneOf<T extends string>(value: string | null, words: readonly T[]): T | null {
  return words.find((word) => word === value) ?? null;
}

export function parseSelection(text: string | null): Selection | null {
  if (!text) return null;
  const colon = text.indexOf(":");
  const kind = text.slice(0, colon);
  const rest = text.slice(colon + 1);
  if (kind === "node") return { kind, id: rest };
  if (kind === "finding") return { kind, uid: rest };
  if (kind === "artifact") return /^\d+$/.test(rest) ? { kind, id: Number(rest) } : null;
  if (kind === "edge") return parseEdge(rest);
  return null;
}

function parseEdge(text: string): Selection | null {
  try {
    const parts: unknown = JSON.parse(text);
    if (!Array.isArray(parts) || parts.length !== 3) return null;
    const [from, to, via] = parts as unknown[];
    if (typeof from !== "string" || typeof to !== "string" || typeof via !== "string") return null;
    return { kind: "edge", from, to, via };
  } catch {
    return null;
  }
}

export function formatSelection(selection: Selection): string {
  switch (selection.kind) {
    case "node":
      return `node:${selection.id}`;
    case "artifact":
      return `artifact:${selection.id}`;
    case "finding":
      return `finding:${selection.uid}`;
    case "edge":
      return `edge:${JSON.stringify([selection.from, selection.to, selection.via])}`;
  }
}

function parseBoolean(text: string | null): boolean {
  return !["false", "0", "no"].includes((text ?? "").toLowerCase());
}

export function parseView(query: string): View {
  const given = new URLSearchParams(query);
  const word = (name: string) => given.get(name) || null;
  return {
    region: word("region"),
    domain: word("domain"),
    pipeline: word("pipeline"),
    execution: word("execution"),
    includeLatestExec: parseBoolean(word("includeLatestExec")),
    posture: oneOf(word("posture"), ["basic", "full"] as const) ?? "basic",
    show: oneOf(word("show"), ["steps", "data"] as const) ?? "steps",
    direction: oneOf(word("dir"), ["LR", "TB"] as const),
    select: parseSelection(word("select")),
    tab: oneOf(word("tab"), ["overview", "details", "findings", "warnings"] as const) ?? "overview",
    search: given.get("q") ?? "",
    language: oneOf(word("lang"), ["en", "ko"] as const),
    theme: oneOf(word("theme"), ["light", "dark"] as const),
  };
}

/** Defaults are left out, so that a fresh view has a clean address. */
export function formatView(view: View): string {
  const entries: [string, string | null][] = [
    ["pipeline", view.pipeline],
    ["region", view.region],
    ["domain", view.domain],
    ["execution", view.execution],
    ["includeLatestExec", view.includeLatestExec ? null : "false"],
    ["posture", view.posture === "full" ? "full" : null],
    ["show", view.show === "data" ? "data" : null],
    ["dir", view.direction],
    ["select", view.select && formatSelection(view.select)],
    ["tab", view.tab === "overview" ? null : view.tab],
    ["q", view.search || null],
    ["lang", view.language],
    ["theme", view.theme],
  ];
  const query = new URLSearchParams();
  for (const [name, value] of entries) if (value !== null) query.set(name, value);
  const text = query.toString();
  return text === "" ? "" : `?${text}`;
}

/** The part of the view that decides which lineage is asked for. */
export function lineageQuery(view: View): Record<string, string | null> {
  return {
    pipeline: view.pipeline,
    region: view.region,
    domain: view.domain,
    execution: view.execution,
    includeLatestExec: view.execution ? null : String(view.includeLatestExec),
    posture: view.posture === "full" ? "full" : null,
  };
}

/** What stays when another pipeline or region is chosen. */
export function withoutPipeline(view: View): View {
  return { ...view, pipeline: null, execution: null, select: null, tab: "overview", search: "" };
}

/** Another pipeline of the same region, from its start. */
export function withPipeline(view: View, pipeline: string): View {
  return { ...withoutPipeline(view), pipeline };
}
