/** Scene, places and highlight → what React Flow draws; pure. What a selection does not change keeps its identity. */

import { Position, type Node } from "@xyflow/react";
import { curve, type Rectangle } from "../layout/curve";
import type { Highlight } from "../layout/highlight";
import type { Layout } from "../layout/place";
import type { Box, Scene, SceneLink } from "../layout/scene";
import type { Direction } from "../state/view";
import type { LinkEdge } from "./FlowLink";

export interface Shown {
  highlight: Highlight | null;
  /** The selected place or link. */
  selected: string | null;
  matches: ReadonlySet<string>;
}

function classes(states: Record<string, boolean>): string {
  return Object.keys(states)
    .filter((name) => states[name])
    .join(" ");
}

/** Where links begin and end: given here, so that React Flow need not measure them. */
function handles({ width, height }: Box, direction: Direction): NonNullable<Node["handles"]> {
  const dot = { width: 1, height: 1 };
  const [x, y] = direction === "LR" ? [width, height / 2] : [width / 2, height];
  const [into, out] = direction === "LR" ? [Position.Left, Position.Right] : [Position.Top, Position.Bottom];
  return [
    { ...dot, type: "target", position: into, x: direction === "LR" ? 0 : x, y: direction === "LR" ? y : 0 },
    { ...dot, type: "source", position: out, x, y },
  ];
}

/** The boxes at their places, as yet all alike; `dataOf` says what each card is drawn from. */
export function placedNodes<B extends Box, N extends Node>(
  scene: Scene<B>,
  layout: Layout,
  dataOf: (box: B) => Pick<N, "type" | "data">,
): N[] {
  return scene.boxes.flatMap((box) => {
    const position = layout.places.get(box.id);
    if (!position) return [];
    const { width, height } = box;
    const size = { width, height, measured: { width, height }, handles: handles(box, layout.direction) };
    return { id: box.id, position, ...size, ...dataOf(box) } as unknown as N;
  });
}

export function styledNodes<N extends Node<{ box: { untaken: boolean } }>>(
  nodes: readonly N[],
  { highlight, selected, matches }: Shown,
): N[] {
  return nodes.map((node) => ({
    ...node,
    selected: node.id === selected,
    className: classes({
      untaken: node.data.box.untaken,
      lit: highlight?.boxes.has(node.id) ?? false,
      dim: highlight ? !highlight.boxes.has(node.id) : false,
      chosen: node.id === selected,
      match: matches.has(node.id),
    }),
  }));
}

/** The links on their courses, each described in words. */
export function placedEdges(scene: Scene<Box>, layout: Layout, describe: (link: SceneLink) => string): LinkEdge[] {
  const boxes = new Map<string, Rectangle>();
  for (const box of scene.boxes) {
    const at = layout.places.get(box.id);
    if (at) boxes.set(box.id, { ...at, width: box.width, height: box.height });
  }
  return scene.links.flatMap((link) => {
    const { id, source, target, lane, lanes } = link;
    const [from, to] = [boxes.get(source), boxes.get(target)];
    if (!from || !to) return [];
    const course = curve(from, to, layout.bends.get(id) ?? [], layout.direction, lane, lanes);
    return { id, type: "link" as const, source, target, data: { link, course }, ariaLabel: describe(link) };
  });
}

export function styledEdges(edges: readonly LinkEdge[], { highlight, selected }: Shown): LinkEdge[] {
  return edges.map((edge) => {
    const lit = highlight?.links.has(edge.id) ?? false;
    const states = {
      untaken: edge.data?.link.untaken ?? false,
      declared: edge.data?.link.declared ?? false,
      lit,
      dim: highlight ? !lit : false,
      chosen: edge.id === selected,
    };
    return { ...edge, zIndex: lit ? 2 : 0, className: classes(states) };
  });
}
