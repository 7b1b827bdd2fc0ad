/** A plain layered layout for graphs that dagre takes seconds over: ranks by distance from the sources, tall ranks wrapped; linear. */

import type { Layout, LayoutRequest, Point } from "./place";

const GAP = { along: 90, across: 14, wrapped: 24 };
const SWEEPS = 3;

export function placeInColumns({ direction, boxes, links, room }: LayoutRequest): Layout {
  const along = direction ?? "LR";
  const across = along === "LR";
  const neighbours = new Map<string, string[]>(boxes.map(({ id }) => [id, []]));
  const following = new Map<string, string[]>(boxes.map(({ id }) => [id, []]));
  for (const { source, target } of links) {
    if (source === target) continue;
    following.get(source)?.push(target);
    neighbours.get(source)?.push(target);
    neighbours.get(target)?.push(source);
  }
  const ranks = ranked(
    boxes.map(({ id }) => id),
    links,
    following,
  );
  for (let sweep = 0; sweep < SWEEPS; sweep += 1) order(ranks, neighbours);
  const size = boxes[0] ?? { width: 0, height: 0 };
  const [thick, long] = across ? [size.width, size.height] : [size.height, size.width];
  const most = mostInLine(boxes.length, ranks.length, long, thick, room);
  const places = new Map<string, Point>();
  let at = GAP.wrapped;
  let widest = 0;
  for (const rank of ranks) {
    const lines = Math.max(1, Math.ceil(rank.length / most));
    const perLine = Math.ceil(rank.length / lines);
    for (let line = 0; line < lines; line += 1) {
      const members = rank.slice(line * perLine, (line + 1) * perLine);
      const from = ((most - members.length) / 2) * (long + GAP.across);
      members.forEach((id, i) => {
        const beside = Math.max(0, from) + i * (long + GAP.across) + GAP.wrapped;
        widest = Math.max(widest, beside + long);
        places.set(id, across ? { x: at, y: beside } : { x: beside, y: at });
      });
      at += thick + (line < lines - 1 ? GAP.wrapped : GAP.along);
    }
  }
  const depth = Math.max(0, at - GAP.along + GAP.wrapped);
  const [width, height] = across ? [depth, widest + GAP.wrapped] : [widest + GAP.wrapped, depth];
  return { direction: along, places, bends: new Map(), width, height };
}

/** So many boxes stand in one line that the whole has about the shape of the room. */
function mostInLine(count: number, ranks: number, long: number, thick: number, room: LayoutRequest["room"]): number {
  const shape = room.height / Math.max(1, room.width);
  const wanted = Math.sqrt((count * (thick + GAP.wrapped) * shape) / (long + GAP.across));
  return Math.max(8, Math.ceil(wanted), Math.ceil(count / Math.max(1, ranks * 12)));
}

/** Breadth first from what nothing leads to; what only cycles lead to comes in its own order. */
function ranked(ids: string[], links: LayoutRequest["links"], following: Map<string, string[]>): string[][] {
  const entered = new Set(links.filter(({ source, target }) => source !== target).map(({ target }) => target));
  const rank = new Map<string, number>();
  const ranks: string[][] = [];
  const visit = (starts: string[]) => {
    let layer = starts.filter((id) => !rank.has(id));
    for (let depth = 0; layer.length > 0; depth += 1) {
      for (const id of layer) rank.set(id, depth);
      (ranks[depth] ??= []).push(...layer);
      const next = new Set(layer.flatMap((id) => following.get(id) ?? []).filter((id) => !rank.has(id)));
      layer = [...next];
    }
  };
  visit(ids.filter((id) => !entered.has(id)));
  for (const id of ids) if (!rank.has(id)) visit([id]);
  return ranks;
}

/** Each box towards the middle of its neighbours, as far as its rank allows. */
function order(ranks: string[][], neighbours: Map<string, string[]>): void {
  const position = new Map(ranks.flatMap((rank) => rank.map((id, i) => [id, i / Math.max(1, rank.length)] as const)));
  for (const rank of ranks) {
    const weight = new Map(
      rank.map((id) => {
        const near = (neighbours.get(id) ?? []).flatMap((other) => position.get(other) ?? []);
        const mean = near.reduce((sum, value) => sum + value, 0) / Math.max(1, near.length);
        return [id, near.length > 0 ? mean : (position.get(id) ?? 0)];
      }),
    );
    rank.sort((a, b) => (weight.get(a) ?? 0) - (weight.get(b) ?? 0));
    rank.forEach((id, i) => position.set(id, i / Math.max(1, rank.length)));
  }
}
