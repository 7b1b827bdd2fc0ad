/** Where the arrow keys lead from a box: along the flow, or to the nearest box beside it; pure. */

import type { Layout, Point } from "../layout/place";
import type { Box, Scene } from "../layout/scene";
import type { Direction } from "../state/view";

type Arrow = "ArrowLeft" | "ArrowRight" | "ArrowUp" | "ArrowDown";

export function isArrow(key: string): key is Arrow {
  return key === "ArrowLeft" || key === "ArrowRight" || key === "ArrowUp" || key === "ArrowDown";
}

const AGAINST: Record<Direction, Arrow> = { LR: "ArrowLeft", TB: "ArrowUp" };
const ALONG: Record<Direction, Arrow> = { LR: "ArrowRight", TB: "ArrowDown" };

function nearest(
  from: Point,
  candidates: Iterable<string>,
  places: Map<string, Point>,
  across: "x" | "y",
): string | null {
  let best: string | null = null;
  let least = Infinity;
  for (const id of candidates) {
    const at = places.get(id);
    if (!at) continue;
    const along = across === "y" ? "x" : "y";
    const distance = Math.abs(at[along] - from[along]) * 4 + Math.abs(at[across] - from[across]);
    if (distance < least) [best, least] = [id, distance];
  }
  return best;
}

export function neighbour(
  scene: Scene<Box>,
  layout: Layout,
  direction: Direction,
  from: string,
  key: Arrow,
): string | null {
  const at = layout.places.get(from);
  if (!at) return null;
  const across = direction === "LR" ? "y" : "x";
  if (key === ALONG[direction]) {
    return nearest(
      at,
      scene.links.filter((link) => link.source === from).map((link) => link.target),
      layout.places,
      across,
    );
  }
  if (key === AGAINST[direction]) {
    return nearest(
      at,
      scene.links.filter((link) => link.target === from).map((link) => link.source),
      layout.places,
      across,
    );
  }
  const sign = key === "ArrowDown" || key === "ArrowRight" ? 1 : -1;
  const beyond = scene.boxes.filter((box) => {
    const there = layout.places.get(box.id);
    return there && sign * (there[across] - at[across]) > 1;
  });
  return nearest(
    at,
    beyond.map((box) => box.id),
    layout.places,
    across,
  );
}
