/** What learned from a place and where it runs, whole, also where more is reached than is listed; pure. */

import type { FlowEdge, Impact, Vertex } from "../api/accountTypes";

/** The question that everybody comes with is about these: they are listed however far away they are. */
export const SERVED = ["endpoint", "model", "package"] as const;

export function isServed({ type }: Vertex): boolean {
  return (SERVED as readonly string[]).includes(type);
}

/** The pipelines that a path leads through, in its order. */
export function pipelinesOn(path: readonly Vertex[]): string[] {
  const names = path.flatMap(({ type, pipeline }) => (type === "step" && pipeline !== null ? [pipeline] : []));
  return names.filter((name, i) => name !== names[i - 1]);
}

export function missesServed({ omitted }: Impact): boolean {
  return SERVED.some((type) => (omitted[type] ?? 0) > 0);
}

/** A vertex on somebody's path of which the answer has the id alone: nothing is known of its protection. */
function unlisted(path: readonly string[], distance: number): Vertex {
  const id = path[distance]!;
  const [, type = "", rest = id] = /^(\w+):(.*)$/s.exec(id) ?? [];
  const [, pipeline = null, name = rest] = (type === "step" && /^(.*)\/([^/]*)$/s.exec(rest)) || [];
  const ids = path.slice(0, distance + 1);
  return {
    id,
    type,
    name,
    arn: null,
    pipeline,
    facts: {},
    distance,
    path: ids,
    gone: false,
    unlisted: true,
    raw: { id },
  };
}

/** The nearest, and all that is served, with whatever lies on its paths. */
export function withServed(nearest: Impact, served: Impact): Impact {
  const vertices = new Map([...nearest.start, ...nearest.nodes].map((vertex) => [vertex.id, vertex]));
  const added = served.nodes.filter(({ id }) => !vertices.has(id));
  for (const vertex of added) vertices.set(vertex.id, vertex);
  const between: Vertex[] = [];
  for (const { path } of added) {
    path.forEach((id, distance) => {
      if (vertices.has(id)) return;
      between.push(unlisted(path, distance));
      vertices.set(id, between.at(-1)!);
    });
  }
  const key = ({ from, via, to }: FlowEdge) => `${from}\n${via}\n${to}`;
  const edges = new Map([...nearest.edges, ...served.edges].map((edge) => [key(edge), edge]));
  const omitted = { ...nearest.omitted };
  for (const { type } of between) omitted[type] = Math.max(0, (omitted[type] ?? 0) - 1);
  for (const type of SERVED) omitted[type] = served.omitted[type] ?? 0;
  return { ...nearest, nodes: [...nearest.nodes, ...between, ...added], edges: [...edges.values()], omitted };
}
