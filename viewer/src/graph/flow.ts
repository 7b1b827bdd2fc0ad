/** Scene, places and light → what React Flow draws; pure. */

import { curve, type Box } from "../layout/curve";
import type { Layout } from "../layout/place";
import type { Scene } from "../layout/scene";
import type { Light } from "../model/light";
import type { Direction } from "../state/view";
import type { Badge, BoxNode } from "./StepCard";
import type { LinkEdge } from "./FlowLink";

export interface Shown {
  scene: Scene;
  layout: Layout;
  direction: Direction;
  light: Light | null;
  /** The selected place or link. */
  selected: string | null;
  matches: ReadonlySet<string>;
  badges: ReadonlyMap<string, NonNullable<Badge>>;
  hasExecution: boolean;
}

function classes(states: Record<string, boolean>): string {
  return Object.keys(states)
    .filter((name) => states[name])
    .join(" ");
}

export function flowNodes(shown: Shown): BoxNode[] {
  const { scene, layout, light, selected, matches, badges, hasExecution, direction } = shown;
  const placed = scene.boxes.filter((box) => layout.places.has(box.id));
  const tabStop = placed.find((box) => box.id === selected)?.id ?? placed[0]?.id;
  return placed.map((box) => ({
    id: box.id,
    type: box.step ? "step" : "artifact",
    position: layout.places.get(box.id)!,
    width: box.width,
    height: box.height,
    data: {
      box,
      badge: badges.get(box.id) ?? null,
      hasExecution,
      tabStop: box.id === tabStop,
      selected: box.id === selected,
      direction,
    },
    className: classes({
      untaken: box.untaken,
      lit: light?.places.has(box.id) ?? false,
      dim: light ? !light.places.has(box.id) : false,
      chosen: box.id === selected,
      match: matches.has(box.id),
    }),
  }));
}

export function flowEdges(shown: Shown, describe: (link: Scene["links"][number]) => string): LinkEdge[] {
  const { scene, layout, light, selected, direction } = shown;
  const boxes = new Map<string, Box>();
  for (const box of scene.boxes) {
    const at = layout.places.get(box.id);
    if (at) boxes.set(box.id, { ...at, width: box.width, height: box.height });
  }
  return scene.links.flatMap((link) => {
    const [from, to] = [boxes.get(link.source), boxes.get(link.target)];
    if (!from || !to) return [];
    const course = curve(from, to, layout.bends.get(link.id) ?? [], direction, link.lane, link.lanes);
    const lit = light?.links.has(link.id) ?? false;
    return {
      id: link.id,
      type: "link" as const,
      source: link.source,
      target: link.target,
      data: { link, course },
      ariaLabel: describe(link),
      zIndex: lit ? 2 : 0,
      className: classes({ untaken: link.untaken, lit, dim: light ? !lit : false, chosen: link.id === selected }),
    };
  });
}
