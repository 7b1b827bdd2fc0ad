/** How the graph is brought into sight; pure but for what the reader prefers. */

import type { Viewport } from "@xyflow/react";
import type { Rectangle } from "../layout/curve";
import type { Spot } from "../state/view";

export const FIT = {
  padding: { top: "66px", right: "66px", bottom: "26px", left: "26px" },
  maxZoom: 1.15,
  minZoom: 0.02,
} as const;

/** Whether the reader wants things to stand still. */
export function prefersCalm(): boolean {
  return window.matchMedia("(prefers-reduced-motion: reduce)").matches;
}

/** The point in the middle of a window of this size, to whole units: as the address has it. */
export function spotOf({ x, y, zoom }: Viewport, width: number, height: number): Spot {
  const round = (value: number, digits = 0) => Number(value.toFixed(digits)) + 0; // no -0
  return { x: round((width / 2 - x) / zoom), y: round((height / 2 - y) / zoom), zoom: round(zoom, 3) };
}

/** Whether a box can be seen and read, free of what stands over the graph at its top. */
export function isInside(box: Rectangle, { x, y, zoom }: Viewport, width: number, height: number): boolean {
  const [left, top] = [box.x * zoom + x, box.y * zoom + y];
  const [right, bottom] = [left + box.width * zoom, top + box.height * zoom];
  return zoom > 0.35 && left > 8 && top > 60 && right < width - 8 && bottom < height - 8;
}
