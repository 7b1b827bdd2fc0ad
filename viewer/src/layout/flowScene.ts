/** The account's graph as boxes and links: vertices, and groups that stand for the steps of a pipeline or the places of a bucket. */

import type { FlowEdge, Vertex } from "../api/accountTypes";
import { type Flow, undrawn } from "../model/reveal";
import type { Fold } from "../state/view";
import { inLanes, viaOf, type Box, type Scene, type SceneLink } from "./scene";

export const VERTEX_SIZE = { width: 240, height: 56 };
/** From so many drawn vertices on, groups are folded unless the reader says otherwise. */
const FOLD_FROM = 60;

export interface Group {
  id: string;
  kind: "pipeline" | "bucket";
  name: string;
  members: Vertex[];
}

export interface FlowBox extends Box {
  vertex: Vertex | null;
  group: Group | null;
  /** Neighbours that are not drawn, on each side; of a group, nothing. */
  undrawn: { up: number; down: number };
  isStart: boolean;
  untaken: false;
}

export interface FlowScene extends Scene<FlowBox> {
  /** The box that a vertex is drawn in: its own, or its group's. */
  boxOf: Map<string, string>;
  fold: Fold;
}

export interface FlowOptions {
  shown: ReadonlySet<string>;
  hidden: ReadonlySet<string>;
  fold: Fold | null;
  open: readonly string[];
}

export const bucketOf = (name: string): string | null => /^s3:\/\/([^/]+)/.exec(name)?.[1] ?? null;

/** The group that a vertex may be folded into, whether or not it is. */
export function groupId(vertex: Vertex): string | null {
  if (vertex.type === "step" && vertex.pipeline !== null) return `pipeline:${vertex.pipeline}`;
  const bucket = vertex.type === "data" ? bucketOf(vertex.name) : null;
  return bucket === null ? null : `bucket:${bucket}`;
}

function groupsOf(vertices: readonly Vertex[], fold: Fold, open: readonly string[]): Map<string, Group> {
  const groups = new Map<string, Group>();
  for (const vertex of vertices) {
    const id = groupId(vertex);
    if (id === null || open.includes(id)) continue;
    const kind = id.startsWith("pipeline:") ? ("pipeline" as const) : ("bucket" as const);
    if (fold !== "both" && fold !== kind) continue;
    const known = groups.get(id) ?? { id, kind, name: id.slice(kind.length + 1), members: [] };
    known.members.push(vertex);
    groups.set(id, known);
  }
  for (const [id, { members }] of groups) if (members.length < 2) groups.delete(id);
  return groups;
}

export function buildFlowScene(flow: Flow, options: FlowOptions): FlowScene {
  const { shown, hidden, open } = options;
  const vertices = [...flow.vertices.values()].filter(({ id }) => shown.has(id));
  const fold = options.fold ?? (vertices.length > FOLD_FROM ? "both" : "none");
  const groups = groupsOf(vertices, fold, open);
  const boxOf = new Map<string, string>();
  const boxes: FlowBox[] = [];
  for (const group of groups.values()) {
    for (const { id } of group.members) boxOf.set(id, group.id);
    const isStart = group.members.some(({ distance }) => distance === 0);
    boxes.push({
      id: group.id,
      ...VERTEX_SIZE,
      vertex: null,
      group,
      undrawn: { up: 0, down: 0 },
      isStart,
      untaken: false,
    });
  }
  for (const vertex of vertices) {
    if (boxOf.has(vertex.id)) continue;
    boxOf.set(vertex.id, vertex.id);
    const more = undrawn(flow, shown, hidden, vertex.id);
    const isStart = vertex.distance === 0;
    boxes.push({ id: vertex.id, ...VERTEX_SIZE, vertex, group: null, undrawn: more, isStart, untaken: false });
  }
  const links = inLanes(joined(flow.edges, boxOf));
  return { boxes, links, flow: links, boxOf, fold };
}

/** One link for all edges of a kind between two boxes; it is dashed where all of them are merely declared. */
function joined(edges: readonly FlowEdge[], boxOf: ReadonlyMap<string, string>): SceneLink[] {
  const links = new Map<string, SceneLink>();
  for (const { from, to, via, known } of edges) {
    const [source, target] = [boxOf.get(from), boxOf.get(to)];
    if (!source || !target || source === target) continue;
    const id = `${source}\n${via}\n${target}`;
    const link = links.get(id) ?? {
      id,
      source,
      target,
      via: viaOf(via),
      word: via,
      trigger: null,
      untaken: false,
      lane: 0,
      lanes: 1,
      declared: true,
    };
    links.set(id, { ...link, declared: (link.declared ?? false) && known === "declared" });
  }
  return [...links.values()];
}
