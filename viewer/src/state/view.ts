/** The whole state of the view, as the URL's query string holds it, so that a link shows what its sender saw. */

export type Drawn = "steps" | "data";
export type Direction = "LR" | "TB";
export type Tab = "overview" | "details" | "findings" | "warnings";
export type Language = "en" | "ko";
export type Theme = "light" | "dark";

/** Which way `/impact` walks. */
export type Way = "downstream" | "upstream" | "both";
/** The account's two lists. */
export type List = "pipelines" | "places";
/** Which boxes of the impact graph are folded into one; null: as many as keep the graph readable. */
export type Fold = "none" | "pipeline" | "bucket" | "both";

/** What is selected: a vertex of the account by id, a step by id, an artifact by id, an edge by its ends and kind, or a finding by uid. */
export type Selection =
  | { kind: "vertex"; id: string }
  | { kind: "change"; key: string }
  | { kind: "node"; id: string }
  | { kind: "artifact"; id: number }
  | { kind: "edge"; from: string; to: string; via: string }
  | { kind: "finding"; uid: string };

/** Where the reader has moved the graph to: the point of it that is in the middle, and how large it is. */
export interface Spot {
  x: number;
  y: number;
  zoom: number;
}

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
  /** The account's list that is shown, and how a table is sorted: a column's key, with a minus for downwards. */
  list: List;
  sort: string | null;
  /** Where `/impact` starts; null is no impact view. */
  start: string | null;
  way: Way;
  depth: number | null;
  fold: Fold | null;
  /** Groups that are open although their kind is folded. */
  open: string[];
  /** Which boxes the reader has asked to see the neighbours of, as `model/reveal` writes them. */
  more: string[];
  /** Whether outputs that nothing reads are drawn. */
  leaves: boolean;
  /** What is compared; null is no comparison. */
  from: string | null;
  to: string | null;
  /** The kind of change that alone is listed. */
  kind: string | null;
  /** Whether the panel beside the graph is open; null leaves it to the window and to what is selected. */
  panel: boolean | null;
  /** null: the graph is shown whole. */
  at: Spot | null;
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
  list: "pipelines",
  sort: null,
  start: null,
  way: "both",
  depth: null,
  fold: null,
  open: [],
  more: [],
  leaves: false,
  from: null,
  to: null,
  kind: null,
  panel: null,
  at: null,
};

export type Screen = "account" | "lineage" | "impact" | "difference";

/** Which screen the address asks for. */
export function screenOf(view: View): Screen {
  if (view.start !== null) return "impact";
  if (view.pipeline === null) return "account";
  return view.from === null ? "lineage" : "difference";
}

function oneOf<T extends string>(value: string | null, words: readonly T[]): T | null {
  return words.find((word) => word === value) ?? null;
}

export function parseSelection(text: string | null): Selection | null {
  if (!text) return null;
  const colon = text.indexOf(":");
  const kind = text.slice(0, colon);
  const rest = text.slice(colon + 1);
  if (kind === "vertex") return { kind, id: rest };
  if (kind === "change") return { kind, key: rest };
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
    case "change":
      return `change:${selection.key}`;
    case "vertex":
    case "node":
      return `${selection.kind}:${selection.id}`;
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

const PLACE = "(-?\\d{1,7})";
const SPOT = new RegExp(`^${PLACE},${PLACE},(\\d(?:\\.\\d{1,3})?)$`);

function parseSpot(text: string | null): Spot | null {
  const [, x, y, zoom] = SPOT.exec(text ?? "") ?? [];
  return Number(zoom) > 0 ? { x: Number(x), y: Number(y), zoom: Number(zoom) } : null;
}

function formatSpot({ x, y, zoom }: Spot): string {
  return [Math.round(x), Math.round(y), Math.round(zoom * 1000) / 1000].join(",");
}

function parseDepth(text: string | null): number | null {
  return text !== null && /^[1-9]\d{0,3}$/.test(text) ? Number(text) : null;
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
    list: oneOf(word("list"), ["pipelines", "places"] as const) ?? "pipelines",
    sort: word("sort"),
    start: word("start"),
    way: oneOf(word("direction"), ["downstream", "upstream", "both"] as const) ?? "both",
    depth: parseDepth(word("depth")),
    fold: oneOf(word("fold"), ["none", "pipeline", "bucket", "both"] as const),
    open: given.getAll("open").filter(Boolean),
    more: (word("more") ?? "").split(".").filter(Boolean),
    leaves: word("leaves") === "true",
    from: word("from"),
    to: word("to"),
    kind: word("kind"),
    panel: PANEL.get(word("panel") ?? "") ?? null,
    at: parseSpot(word("at")),
  };
}

const PANEL = new Map([
  ["open", true],
  ["closed", false],
]);

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
    ["list", view.list === "pipelines" ? null : view.list],
    ["sort", view.sort],
    ["start", view.start],
    ["direction", view.way === "both" ? null : view.way],
    ["depth", view.depth === null ? null : String(view.depth)],
    ["fold", view.fold],
    ...view.open.map((group): [string, string] => ["open", group]),
    ["more", view.more.join(".") || null],
    ["leaves", view.leaves ? "true" : null],
    ["from", view.from],
    ["to", view.to],
    ["kind", view.kind],
    ["panel", view.panel === null ? null : view.panel ? "open" : "closed"],
    ["at", view.at && formatSpot(view.at)],
  ];
  const query = new URLSearchParams();
  for (const [name, value] of entries) if (value !== null) query.append(name, value);
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

/** What stays wherever the reader goes. */
function bare(view: View): View {
  const { region, domain, includeLatestExec, posture, show, direction, language, theme } = view;
  return { ...EMPTY_VIEW, region, domain, includeLatestExec, posture, show, direction, language, theme };
}

/** Home: nothing is chosen. */
export function withoutPipeline(view: View): View {
  return bare(view);
}

/** Another pipeline, from its start; of the same region, where no other is known. */
export function withPipeline(view: View, pipeline: string, region: string | null = null): View {
  return { ...bare(view), pipeline, region: region ?? view.region };
}

/** What is reached from a place or thing, and what it was made from. */
export function withStart(view: View, start: string): View {
  return { ...bare(view), start };
}

/** Two executions of the view's pipeline side by side. */
export function withComparison(view: View, from: string, to: string): View {
  return { ...bare(view), pipeline: view.pipeline, show: "steps", from, to };
}

/** The part of the view that decides what `/impact` is asked. */
export function impactQuery(view: View): Record<string, string | null> {
  const depth = view.depth === null ? null : String(view.depth);
  return { start: view.start, region: view.region, direction: view.way, depth, maxNodes: String(MOST_VERTICES) };
}

/** As many vertices as stay usable; what is left out, the answer counts. */
const MOST_VERTICES = 2000;

/** The part of the view that decides what `/diff` is asked. */
export function differenceQuery(view: View): Record<string, string | null> {
  return { pipeline: view.pipeline, region: view.region, from: view.from, to: view.to ?? "latest" };
}

/** Whatever decides which boxes are drawn: a place in one graph is none in another. */
export const GRAPH: readonly (keyof View)[] = [
  "pipeline",
  "execution",
  "includeLatestExec",
  "show",
  "start",
  "way",
  "depth",
  "fold",
  "open",
  "more",
  "leaves",
  "from",
  "to",
];

/** The view after a change: shown whole where the graph takes another shape. */
export function changed(before: View, after: View): View {
  const differs = (key: keyof View) => JSON.stringify(before[key]) !== JSON.stringify(after[key]);
  return !differs("at") && [...GRAPH, "direction" as const].some(differs) ? { ...after, at: null } : after;
}
