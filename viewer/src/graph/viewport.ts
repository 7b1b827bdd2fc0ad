/** How the graph is brought into sight; pure but for what the reader prefers. */

import { getViewportForBounds, type Viewport } from "@xyflow/react";
import type { Rectangle } from "../layout/curve";
import type { Layout } from "../layout/place";
import type { Box, Scene } from "../layout/scene";
import type { Spot } from "../state/view";

export const ZOOM = { least: 0.02, most: 2.5, mostFitted: 1.15 } as const;
/** What stands over the graph keeps its room. */
const PADDING = { top: "66px", right: "66px", bottom: "26px", left: "26px" } as const;
/** Below this zoom no word can be read: boxes are drawn as patches of their colour. */
export const FAR = 0.4;
const NOTHING = { x: 0, y: 0, width: 1, height: 1 };

/** Whether the reader wants things to stand still. */
export function prefersCalm(): boolean {
  return window.matchMedia("(prefers-reduced-motion: reduce)").matches;
}

function boundsOf(scene: Scene<Box>, layout: Layout): Rectangle {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const { id, width, height } of scene.boxes) {
    const at = layout.places.get(id);
    if (!at) continue;
    [left, top] = [Math.min(left, at.x), Math.min(top, at.y)];
    [right, bottom] = [Math.max(right, at.x + width), Math.max(bottom, at.y + height)];
  }
  return left < right ? { x: left, y: top, width: right - left, height: bottom - top } : NOTHING;
}

/** The whole graph in a window of this size. */
export function fitted(scene: Scene<Box>, layout: Layout, width: number, height: number): Viewport {
  return getViewportForBounds(boundsOf(scene, layout), width, height, ZOOM.least, ZOOM.mostFitted, PADDING);
}

/** The point in the middle of a window of this size, to whole units: as the address has it. */
export function spotOf({ x, y, zoom }: Viewport, width: number, height: number): Spot {
  const round = (value: number, digits = 0) => Number(value.toFixed(digits)) + 0; // no -0
  return { x: round((width / 2 - x) / zoom), y: round((height / 2 - y) / zoom), zoom: round(zoom, 3) };
}

export function centredOn({ x, y, zoom: wanted }: Spot, width: number, height: number): Viewport {
  const zoom = Math.min(ZOOM.most, Math.max(ZOOM.least, wanted));
  return { x: width / 2 - x * zoom, y: height / 2 - y * zoom, zoom };
}

/** Whether nobody could tell the two apart. */
export function isSame(one: Viewport, other: Viewport): boolean {
  return Math.abs(one.x - other.x) < 1 && Math.abs(one.y - other.y) < 1 && Math.abs(one.zoom / other.zoom - 1) < 0.001;
}

/** Whether a box can be seen and read, free of what stands over the graph at its top. */
export function isInside(box: Rectangle, { x, y, zoom }: Viewport, width: number, height: number): boolean {
  const [left, top] = [box.x * zoom + x, box.y * zoom + y];
  const [right, bottom] = [left + box.width * zoom, top + box.height * zoom];
  return zoom >= FAR && left > 8 && top > 60 && right < width - 8 && bottom < height - 8;
}

/** What can be seen, as a part of the graph. */
export function seen({ x, y, zoom }: Viewport, width: number, height: number): Rectangle {
  return { x: -x / zoom, y: -y / zoom, width: width / zoom, height: height / zoom };
}

/** The view may move by so much of itself before another area is drawn. */
const MARGIN = 1 / 7;

/** The part of the graph that is drawn: the same one while all that can be seen lies in it. */
export function areaFor(view: Rectangle, before: Rectangle | null): Rectangle {
  if (before && covers(before, view)) return before;
  const [across, down] = [view.width * MARGIN, view.height * MARGIN];
  return { x: view.x - across, y: view.y - down, width: view.width + 2 * across, height: view.height + 2 * down };
}

function covers(outer: Rectangle, inner: Rectangle): boolean {
  return (
    outer.x <= inner.x &&
    outer.y <= inner.y &&
    outer.x + outer.width >= inner.x + inner.width &&
    outer.y + outer.height >= inner.y + inner.height
  );
}

export function meet(one: Rectangle, other: Rectangle): boolean {
  return (
    one.x < other.x + other.width &&
    other.x < one.x + one.width &&
    one.y < other.y + other.height &&
    other.y < one.y + one.height
  );
}
