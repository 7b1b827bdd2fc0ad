/** Scene, places and highlight → what is drawn; pure. What a selection does not change keeps its identity. */

import type { Node } from "@xyflow/react";
import { curve, type Curve, type Rectangle } from "../layout/curve";
import type { Highlight } from "../layout/highlight";
import type { Layout } from "../layout/place";
import type { Box, Scene, SceneLink } from "../layout/scene";

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
    const size = { width, height, measured: { width, height }, handles: [] }; // nothing is left to measure
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

/** A link on its course. */
export interface PlacedLink {
  link: SceneLink;
  course: Curve;
  /** What a screen reader calls it. */
  name: string;
  /** The rectangle around its two ends. */
  around: Rectangle;
}

export interface StyledLink {
  placed: PlacedLink;
  className: string;
}

/** The links on their courses, each described in words. */
export function placedLinks(scene: Scene<Box>, layout: Layout, describe: (link: SceneLink) => string): PlacedLink[] {
  const boxes = new Map<string, Rectangle>();
  for (const box of scene.boxes) {
    const at = layout.places.get(box.id);
    if (at) boxes.set(box.id, { ...at, width: box.width, height: box.height });
  }
  return scene.links.flatMap((link) => {
    const { id, source, target, lane, lanes } = link;
    const [from, to] = [boxes.get(source), boxes.get(target)];
    if (!from || !to) return [];
    const bends = layout.bends.get(id) ?? [];
    const course = curve(from, to, bends, layout.direction, lane, lanes);
    const ends = bends.map((bend) => ({ ...bend, width: 0, height: 0 }));
    return { link, course, name: describe(link), around: union([from, to, ...ends]) };
  });
}

/** What is lit comes last, over everything else. */
export function styledLinks(links: readonly PlacedLink[], { highlight, selected }: Shown): StyledLink[] {
  const styled = links.map((placed) => {
    const { link } = placed;
    const lit = highlight?.links.has(link.id) ?? false;
    const className = classes({
      untaken: link.untaken,
      declared: link.declared ?? false,
      lit,
      dim: highlight ? !lit : false,
      chosen: link.id === selected,
    });
    return { placed, className, lit };
  });
  return highlight ? [...styled.filter(({ lit }) => !lit), ...styled.filter(({ lit }) => lit)] : styled;
}

function union(boxes: readonly Rectangle[]): Rectangle {
  const x = Math.min(...boxes.map((box) => box.x));
  const y = Math.min(...boxes.map((box) => box.y));
  const right = Math.max(...boxes.map((box) => box.x + box.width));
  const bottom = Math.max(...boxes.map((box) => box.y + box.height));
  return { x, y, width: right - x, height: bottom - y };
}
