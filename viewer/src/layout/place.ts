/** Sizes and links in, places out: a layered layout (dagre), pure, so that it runs in a worker and in a test alike. */

import { Graph, layout as dagreLayout } from "@dagrejs/dagre";
import type { Direction } from "../state/view";
import { placeInColumns } from "./columns";

export interface Point {
  x: number;
  y: number;
}

export interface LayoutRequest {
  /** null: whichever direction shows the graph larger in `room`. */
  direction: Direction | null;
  room: { width: number; height: number };
  boxes: { id: string; width: number; height: number }[];
  links: { id: string; source: string; target: string; weight: number }[];
  /** Plain columns, in a moment, for a graph that is large and full of cycles. */
  quick?: boolean;
}

export interface Layout {
  direction: Direction;
  /** Top left corner of each box. */
  places: Map<string, Point>;
  /** The bends of each link, between its two boxes. */
  bends: Map<string, Point[]>;
  width: number;
  height: number;
}

const SPACING = { LR: { nodesep: 22, ranksep: 60 }, TB: { nodesep: 32, ranksep: 44 } };
/** Both directions are tried only where that is quick. */
const MOST_TRIED = 150;
/** dagre's best ranking takes three times as long; it is kept for what stays quick. */
const MOST_RANKED_BEST = 200;
/** Left to right is how a flow is read: top to bottom must show it clearly larger. */
const WORTH_TURNING = 1.12;

export function place(request: LayoutRequest): Layout {
  if (request.quick) return placeInColumns(request);
  const { room, direction } = request;
  const along = placeIn(request, direction ?? "LR");
  if (direction || request.boxes.length > MOST_TRIED) return along;
  const zoom = ({ width, height }: Layout) => Math.min(1, room.width / width, room.height / height);
  if (zoom(along) === 1) return along;
  const down = placeIn(request, "TB");
  return zoom(down) > zoom(along) * WORTH_TURNING ? down : along;
}

function placeIn(request: LayoutRequest, direction: Direction): Layout {
  const graph = new Graph({ multigraph: true });
  const ranker = request.boxes.length > MOST_RANKED_BEST ? "tight-tree" : "network-simplex";
  graph.setGraph({ rankdir: direction, ranker, edgesep: 14, marginx: 24, marginy: 24, ...SPACING[direction] });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const { id, width, height } of request.boxes) graph.setNode(id, { width, height });
  for (const [pair, links] of pairs(request.links)) {
    const { source, target } = links[0]!;
    graph.setEdge(source, target, { weight: Math.max(...links.map((link) => link.weight)) }, pair);
  }
  dagreLayout(graph);
  return read(graph, request, direction);
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

function read(graph: Graph, request: LayoutRequest, direction: Direction): Layout {
  const places = new Map<string, Point>();
  for (const { id, width, height } of request.boxes) {
    const centre = graph.node(id) as Point;
    places.set(id, { x: centre.x - width / 2, y: centre.y - height / 2 });
  }
  const courses = new Map(
    graph.edges().map((edge) => [edge.name ?? "", (graph.edge(edge) as { points?: Point[] }).points ?? []]),
  );
  const bends = new Map(
    request.links.map((link) => [
      link.id,
      (courses.get(pairKey(link)) ?? []).slice(1, -1).map(({ x, y }) => ({ x, y })),
    ]),
  );
  const { width = 0, height = 0 } = graph.graph() as { width?: number; height?: number };
  return { direction, places, bends, width: Math.max(width, 0), height: Math.max(height, 0) };
}
