/** The drawn course of a link: from its source's side through the layout's bends to its target's side. */

import type { Direction } from "../state/view";
import type { Point } from "./place";

export interface Rectangle extends Point {
  width: number;
  height: number;
}

export interface Curve {
  path: string;
  middle: Point;
}

const LANE = 9;

function side(box: Rectangle, direction: Direction, end: "from" | "to", shift: number): Point {
  if (direction === "LR") return { x: end === "from" ? box.x + box.width : box.x, y: box.y + box.height / 2 + shift };
  return { x: box.x + box.width / 2 + shift, y: end === "from" ? box.y + box.height : box.y };
}

/** Tangents lie along the direction of flow, so that neighbouring pieces join without a corner. */
export function curve(
  from: Rectangle,
  to: Rectangle,
  bends: readonly Point[],
  direction: Direction,
  lane: number,
  lanes: number,
): Curve {
  const shift = (lane - (lanes - 1) / 2) * LANE;
  const moved = bends.map((point) =>
    direction === "LR" ? { x: point.x, y: point.y + shift } : { x: point.x + shift, y: point.y },
  );
  const points = [
    side(from, direction, "from", shift),
    ...useful(moved, from, to, direction),
    side(to, direction, "to", shift),
  ];
  const pieces = points.slice(1).map((end, i) => piece(points[i]!, end, direction));
  return { path: `M${at(points[0]!)}${pieces.join("")}`, middle: middle(points) };
}

/** dagre puts a bend into every rank that a link crosses, also straight between its ends: only detours are kept. */
function useful(bends: Point[], from: Rectangle, to: Rectangle, direction: Direction): Point[] {
  if (bends.length <= 1) return [];
  const axis = direction === "LR" ? "x" : "y";
  const start = direction === "LR" ? from.x + from.width : from.y + from.height;
  const end = direction === "LR" ? to.x : to.y;
  if (end <= start) return bends;
  return bends.filter((bend) => bend[axis] > start + 8 && bend[axis] < end - 8);
}

function piece(start: Point, end: Point, direction: Direction): string {
  if (direction === "LR") {
    const reach = (end.x - start.x) / 2;
    return `C${at({ x: start.x + reach, y: start.y })} ${at({ x: end.x - reach, y: end.y })} ${at(end)}`;
  }
  const reach = (end.y - start.y) / 2;
  return `C${at({ x: start.x, y: start.y + reach })} ${at({ x: end.x, y: end.y - reach })} ${at(end)}`;
}

function at({ x, y }: Point): string {
  return `${round(x)},${round(y)}`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

function middle(points: Point[]): Point {
  const half = Math.floor((points.length - 1) / 2);
  const [a, b] = [points[half]!, points[half + 1]!];
  return points.length % 2 === 1 ? a : { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 };
}
