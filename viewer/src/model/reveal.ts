/** Which vertices of an impact answer are drawn: the start with one hop each side, and what the reader asked for; pure. */

import type { FlowEdge, Impact, Vertex } from "../api/accountTypes";

export type Side = "up" | "down";

/** Everything is drawn. */
export const ALL = "all";

/** A short name for an id in an address: 32 bits of FNV-1a. Where two ids share one, a neighbour more is drawn. */
export function tokenOf(id: string): string {
  let hash = 0x811c9dc5;
  for (let i = 0; i < id.length; i += 1) hash = Math.imul(hash ^ id.charCodeAt(i), 0x01000193);
  return (hash >>> 0).toString(36);
}

export const askFor = (id: string, side: Side): string => `${tokenOf(id)}-${side === "up" ? "u" : "d"}`;

export interface Flow {
  vertices: Map<string, Vertex>;
  edges: FlowEdge[];
  /** Neighbours by vertex, up- and downstream. */
  up: Map<string, string[]>;
  down: Map<string, string[]>;
}

/** The answer as a graph: edges whose ends it does not hold are left out. */
export function flowOf(impact: Impact): Flow {
  const vertices = new Map([...impact.start, ...impact.nodes].map((vertex) => [vertex.id, vertex]));
  const edges = impact.edges.filter(({ from, to }) => vertices.has(from) && vertices.has(to));
  const up = new Map<string, string[]>();
  const down = new Map<string, string[]>();
  const add = (lists: Map<string, string[]>, id: string, other: string) => {
    const list = lists.get(id);
    if (list) list.push(other);
    else lists.set(id, [other]);
  };
  for (const { from, to } of edges) {
    add(down, from, to);
    add(up, to, from);
  }
  return { vertices, edges, up, down };
}

/** What lies on either side of the start: a vertex may lie on both. `depth` edges away at most, where it is given. */
export function sidesOf(flow: Flow, starts: readonly Vertex[], depth: number | null): Record<Side, Set<string>> {
  const walk = (side: Side) => {
    const seen = new Set(starts.map(({ id }) => id));
    let layer = [...seen];
    for (let distance = 0; layer.length > 0 && distance < (depth ?? Infinity); distance += 1) {
      layer = [...new Set(layer.flatMap((id) => flow[side].get(id) ?? []))].filter((id) => !seen.has(id));
      for (const id of layer) seen.add(id);
    }
    for (const { id } of starts) seen.delete(id);
    return seen;
  };
  return { up: walk("up"), down: walk("down") };
}

/**
 * Outputs that nothing reads, beside another output of the same step that something does read: reports and the like.
 * What is unprotected is none of them, nor what lies where the walk ended (`depth`), beyond which nothing is known.
 */
export function sideOutputs({ vertices, up, down }: Flow, depth: number | null): Set<string> {
  const isEnd = (id: string) => (down.get(id) ?? []).length === 0;
  const found = new Set<string>();
  for (const { id, type, distance, facts } of vertices.values()) {
    if (type !== "data" || distance === 0 || distance === depth || !isEnd(id)) continue;
    if (facts["publicAccess"] === "Public" || facts["encryption"] === "None") continue;
    const writers = up.get(id) ?? [];
    if (writers.length > 0 && writers.every((step) => (down.get(step) ?? []).some((other) => !isEnd(other))))
      found.add(id);
  }
  return found;
}

/** A start may have hundreds of neighbours: these are drawn at once, the others when they are asked for. */
const MOST_AT_FIRST = 16;

export interface Reveal {
  more: readonly string[];
  /** Kept out, unless it is wanted. */
  hidden: ReadonlySet<string>;
  /** Vertices that are drawn whatever else is: the selected one and its path. */
  wanted: readonly string[];
}

/** The ids that are drawn. */
export function revealed(flow: Flow, { more, hidden, wanted }: Reveal): Set<string> {
  const shown = new Set<string>();
  const add = (id: string) => {
    if (flow.vertices.has(id) && !hidden.has(id)) shown.add(id);
  };
  for (const { id, distance } of flow.vertices.values()) {
    if (distance > 0 && !more.includes(ALL)) continue;
    add(id);
    for (const side of ["up", "down"] as const) (flow[side].get(id) ?? []).slice(0, MOST_AT_FIRST).forEach(add);
  }
  const asked = new Set(more);
  const done = new Set<string>();
  for (let grown = true; grown;) {
    grown = false;
    for (const id of [...shown]) {
      if (done.has(id)) continue;
      done.add(id);
      for (const side of ["up", "down"] as const) {
        if (!asked.has(askFor(id, side))) continue;
        (flow[side].get(id) ?? []).forEach(add);
        grown = true;
      }
    }
  }
  for (const id of wanted) if (flow.vertices.has(id)) shown.add(id);
  return shown;
}

/** How many neighbours of a vertex are not drawn, on each side. */
export function undrawn(flow: Flow, shown: ReadonlySet<string>, hidden: ReadonlySet<string>, id: string) {
  const count = (side: Side) =>
    new Set((flow[side].get(id) ?? []).filter((other) => !shown.has(other) && !hidden.has(other))).size;
  return { up: count("up"), down: count("down") };
}
