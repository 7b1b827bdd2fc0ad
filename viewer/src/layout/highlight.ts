/** What is highlighted in the present scene: everything up- and downstream of a selection, or exactly a finding's path. */

import type { Lineage } from "../api/types";
import type { Selection } from "../state/view";
import { artifactPlace, stepPlace, type Scene } from "./scene";

export interface Link {
  id: string;
  source: string;
  target: string;
}

/** Ids of boxes and of links. */
export interface Highlight {
  boxes: Set<string>;
  links: Set<string>;
}

type Adjacency = Map<string, Link[]>;

function adjacency(links: readonly Link[], end: "source" | "target"): Adjacency {
  const index: Adjacency = new Map();
  for (const link of links) {
    const known = index.get(link[end]);
    if (known) known.push(link);
    else index.set(link[end], [link]);
  }
  return index;
}

function walk(starts: Iterable<string>, next: Adjacency, towards: "source" | "target", found: Highlight): void {
  const seen = new Set(starts);
  const queue = [...seen];
  for (let box = queue.pop(); box !== undefined; box = queue.pop()) {
    found.boxes.add(box);
    for (const link of next.get(box) ?? []) {
      found.links.add(link.id);
      if (!seen.has(link[towards])) {
        seen.add(link[towards]);
        queue.push(link[towards]);
      }
    }
  }
}

/** Upstream of `sources` and downstream of `targets`; for one box both are that box. */
export function connected(links: readonly Link[], sources: Iterable<string>, targets: Iterable<string>): Highlight {
  const found: Highlight = { boxes: new Set(), links: new Set() };
  walk(sources, adjacency(links, "target"), "source", found);
  walk(targets, adjacency(links, "source"), "target", found);
  return found;
}

/** The boxes of a path, and the links between neighbours on it, whichever way they point. */
export function alongPath(links: readonly Link[], path: readonly string[]): Highlight {
  const neighbours = new Set(path.slice(1).flatMap((to, i) => [`${path[i]}\n${to}`, `${to}\n${path[i]}`]));
  const along = links.filter((link) => neighbours.has(`${link.source}\n${link.target}`));
  return { boxes: new Set(path), links: new Set(along.map((link) => link.id)) };
}

/** null: nothing is selected, and everything is drawn alike. */
export function highlightOf(scene: Scene, lineage: Lineage, select: Selection | null): Highlight | null {
  switch (select?.kind) {
    case undefined:
    case "vertex":
    case "change":
      return null;
    case "node":
      return around(scene, stepPlace(select.id));
    case "artifact":
      return around(scene, artifactPlace(select.id)) ?? aroundUndrawn(scene, lineage, select.id);
    case "edge": {
      const found = connected(scene.flow, [stepPlace(select.from)], [stepPlace(select.to)]);
      const between = scene.links.filter((link) => isEdge(link, select));
      return between.length > 0 ? { ...found, links: new Set([...found.links, ...between.map(({ id }) => id)]) } : null;
    }
    case "finding": {
      const finding = lineage.findings.find(({ uid }) => uid === select.uid);
      return finding ? alongPath(scene.flow, finding.path) : null;
    }
  }
}

function around(scene: Scene, box: string): Highlight | null {
  return scene.boxes.some(({ id }) => id === box) ? connected(scene.flow, [box], [box]) : null;
}

/** With steps only, an artifact stands for the steps that write it and those that read it. */
function aroundUndrawn(scene: Scene, lineage: Lineage, id: number): Highlight | null {
  const artifact = lineage.artifacts.find((candidate) => candidate.id === id);
  if (!artifact) return null;
  return connected(scene.flow, artifact.producedBy.map(stepPlace), artifact.consumedBy.map(stepPlace));
}

function isEdge(link: Scene["links"][number], edge: { from: string; to: string; via: string }): boolean {
  return link.source === stepPlace(edge.from) && link.target === stepPlace(edge.to) && link.word === edge.via;
}

/** The id of the box or link that the selection is, where it is drawn. */
export function selectedId(scene: Scene, select: Selection | null): string | null {
  switch (select?.kind) {
    case "node":
      return stepPlace(select.id);
    case "artifact":
      return artifactPlace(select.id);
    case "edge":
      return scene.links.find((link) => isEdge(link, select))?.id ?? null;
    default:
      return null;
  }
}
