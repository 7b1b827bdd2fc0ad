/** Sizes and links in, places out: a layered layout (dagre), pure, so that it runs in a worker and in a test alike. */

import { Graph, layout as dagreLayout } from "@dagrejs/dagre";
import type { Direction } from "../state/view";

export interface Point {
  x: number;
  y: number;
}

export interface LayoutRequest {
  direction: Direction;
  boxes: { id: string; width: number; height: number }[];
  links: { id: string; source: string; target: string; weight: number }[];
}

export interface Layout {
  /** Top left corner of each box. */
  places: Map<string, Point>;
  /** The bends of each link, between its two boxes. */
  bends: Map<string, Point[]>;
  width: number;
  height: number;
}

const SPACING = { LR: { nodesep: 26, ranksep: 92 }, TB: { nodesep: 36, ranksep: 64 } };

export function place(request: LayoutRequest): Layout {
  const graph = new Graph({ multigraph: true });
  graph.setGraph({ rankdir: request.direction, edgesep: 14, marginx: 24, marginy: 24, ...SPACING[request.direction] });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const { id, width, height } of request.boxes) graph.setNode(id, { width, height });
  for (const [pair, links] of pairs(request.links)) {
    const { source, target } = links[0]!;
    graph.setEdge(source, target, { weight: Math.max(...links.map((link) => link.weight)) }, pair);
  }
  dagreLayout(graph);
  return read(graph, request);
}

/** Links between the same two boxes share one course, however many they are. */
function pairs(links: LayoutRequest["links"]): Map<string, LayoutRequest["links"]> {
  const groups = new Map<string, LayoutRequest["links"]>();
  for (const link of links) {
    if (link.source === link.target) continue;
    const key = pairKey(link);
    const known = groups.get(key);
    if (known) known.push(link);
    else groups.set(key, [link]);
  }
  return groups;
}

const pairKey = ({ source, target }: { source: string; target: string }) => `${source}\n${target}`;

function read(graph: Graph, request: LayoutRequest): Layout {
  const places = new Map<string, Point>();
  for (const { id, width, height } of request.boxes) {
    const centre = graph.node(id) as Point;
    places.set(id, { x: centre.x - width / 2, y: centre.y - height / 2 });
  }
  const courses = new Map(
    graph.edges().map((edge) => [edge.name ?? "", (graph.edge(edge) as { points?: Point[] }).points ?? []]),
  );
  const bends = new Map(
    request.links.map((link) => [link.id, (courses.get(pairKey(link)) ?? []).slice(1, -1).map(({ x, y }) => ({ x, y }))]),
  );
  const { width = 0, height = 0 } = graph.graph() as { width?: number; height?: number };
  return { places, bends, width: Math.max(width, 0), height: Math.max(height, 0) };
}
