/** A graph from so far away that no word could be read: few shapes for its many boxes and links; pure. */

import type { Node } from "@xyflow/react";
import type { Rectangle } from "../layout/curve";
import type { Point } from "../layout/place";
import { LINK_COLOURS } from "../theme/linkColours";
import type { StyledLink } from "./flow";

/** What every card of a class of its own has in common: drawn as one shape. */
export interface Shape {
  key: string;
  className: string;
  d: string;
}

/** How a box looks without its words: the class of its colour, and of its badge. */
export interface Look {
  tone: string;
  badge: string | null;
}

/** One shape is drawn whole wherever any part of it is in sight: none grows too large. */
const MOST_IN_SHAPE = 50;
const CORNER = 10;
const BADGE = 26;

/** The shapes of what has the same class, in the order in which they first come. */
function shapes(parts: Iterable<{ className: string; d: string }>): Shape[] {
  const open = new Map<string, { key: string; className: string; pieces: string[] }>();
  const all: { key: string; className: string; pieces: string[] }[] = [];
  for (const { className, d } of parts) {
    let shape = open.get(className);
    if (!shape || shape.pieces.length === MOST_IN_SHAPE) {
      shape = { key: String(all.length), className, pieces: [] };
      open.set(className, shape);
      all.push(shape);
    }
    shape.pieces.push(d);
  }
  return all.map(({ key, className, pieces }) => ({ key, className, d: pieces.join("") }));
}

function areaOf({ position: { x, y }, width = 0, height = 0 }: Node): Rectangle {
  return { x, y, width, height };
}

function rounded({ x, y, width, height }: Rectangle, corner: number): string {
  const turn = (dx: number, dy: number) => `a${corner},${corner} 0 0 1 ${dx},${dy}`;
  const [across, down] = [width - 2 * corner, height - 2 * corner];
  return (
    `M${x + corner},${y}h${across}${turn(corner, corner)}v${down}${turn(-corner, corner)}` +
    `h${-across}${turn(-corner, -corner)}v${-down}${turn(corner, -corner)}z`
  );
}

/** Steps are cards, places pills, as near by. */
export function patches<N extends Node>(nodes: readonly N[], lookOf: (node: N) => Look): Shape[] {
  return shapes(
    nodes.map((node) => {
      const { tone } = lookOf(node);
      const area = areaOf(node);
      const corner = tone.startsWith("shield-") ? area.height / 2 : CORNER;
      return { className: `${tone} ${node.className ?? ""}`.trim(), d: rounded(area, corner) };
    }),
  );
}

/** A dot at the corner of each box with a badge. */
export function dots<N extends Node>(nodes: readonly N[], lookOf: (node: N) => Look): Shape[] {
  return shapes(
    nodes.flatMap((node) => {
      const { badge } = lookOf(node);
      const { x, y, width } = areaOf(node);
      const dot = { x: x + width - 2 * BADGE, y: y - BADGE, width: 2 * BADGE, height: 2 * BADGE };
      return badge === null ? [] : { className: badge, d: rounded(dot, BADGE) };
    }),
  );
}

export function threads(links: readonly StyledLink[]): Shape[] {
  return shapes(
    links.map(({ placed: { link, course }, className }) => ({
      className: `${LINK_COLOURS[link.via]} ${className}`.trim(),
      d: course.path,
    })),
  );
}

/** The box at this point of the graph; of several the one that is drawn last. */
export function boxAt<N extends Node>(nodes: readonly N[], { x, y }: Point): N | null {
  return (
    nodes.findLast((node) => {
      const area = areaOf(node);
      return x >= area.x && y >= area.y && x <= area.x + area.width && y <= area.y + area.height;
    }) ?? null
  );
}
