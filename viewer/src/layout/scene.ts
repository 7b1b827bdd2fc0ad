/** What is drawn: the answer's steps, artifacts and edges as boxes and links with sizes, before they have places. */

import type { Artifact, Lineage, StepNode } from "../api/types";
import { untakenSteps } from "../model/branches";
import type { Drawn } from "../state/view";

export const STEP_SIZE = { width: 240, height: 60 };
export const ARTIFACT_SIZE = { width: 208, height: 44 };

/** `read` and `write` join steps and artifacts; the others are the contract's. */
export const VIAS = [
  "ref:Get",
  "artifact",
  "dependsOn",
  "branch:if",
  "branch:else",
  "forEach",
  "read",
  "write",
  "makes",
  "serves",
  "captures",
] as const;
export type Via = (typeof VIAS)[number] | "other";

/** What every graph's boxes have. */
export interface Box {
  id: string;
  width: number;
  height: number;
}

/** `id` is `node:<id>` or `artifact:<id>`, as in a finding's path. */
export interface SceneBox extends Box {
  step: StepNode | null;
  artifact: Artifact | null;
  untaken: boolean;
}

export interface SceneLink {
  id: string;
  source: string;
  target: string;
  via: Via;
  /** The word in the answer, which may be one that this page does not know. */
  word: string;
  trigger: string | null;
  untaken: boolean;
  /** Its turn among the links between the same two boxes, and how many they are: they are drawn side by side. */
  lane: number;
  lanes: number;
  /** Said by a definition alone: no run has been seen to do it. */
  declared?: boolean;
}

export interface Scene<B extends Box = SceneBox> {
  boxes: B[];
  links: SceneLink[];
  /** Every link of the graph, drawn or carried by data: lighting follows these. */
  flow: SceneLink[];
}

export const stepPlace = (id: string): string => `node:${id}`;
export const artifactPlace = (id: number): string => `artifact:${id}`;

/** The account's graph has words of its own for what a lineage draws as `read` and `write`. */
const SAME: Record<string, Via> = { reads: "read", writes: "write" };

export function viaOf(word: string): Via {
  if (Object.hasOwn(SAME, word)) return SAME[word]!;
  return VIAS.find((via) => via === word) ?? "other";
}

/** `id` is the link's place in the answer: two edges of one kind between two steps stay two. */
function link(id: string, source: string, target: string, word: string): SceneLink {
  return { id, source, target, via: viaOf(word), word, trigger: null, untaken: false, lane: 0, lanes: 1 };
}

function stepLinks(lineage: Lineage, untaken: Set<string>): SceneLink[] {
  const known = new Set(lineage.nodes.map((node) => node.id));
  return lineage.edges.flatMap((edge, index) => {
    if (!known.has(edge.from) || !known.has(edge.to)) return [];
    const drawn = link(`edge:${index}`, stepPlace(edge.from), stepPlace(edge.to), edge.via);
    return { ...drawn, trigger: edge.trigger, untaken: untaken.has(edge.from) || untaken.has(edge.to) };
  });
}

function dataLinks(lineage: Lineage, untaken: Set<string>): SceneLink[] {
  const known = new Set(lineage.nodes.map((node) => node.id));
  return lineage.artifacts.flatMap((artifact) => {
    const place = artifactPlace(artifact.id);
    const written = artifact.producedBy.filter((id) => known.has(id));
    const read = artifact.consumedBy.filter((id) => known.has(id));
    return [
      ...written.map((id, i) => ({
        ...link(`write:${artifact.id}:${i}`, stepPlace(id), place, "write"),
        untaken: untaken.has(id),
      })),
      ...read.map((id, i) => ({
        ...link(`read:${artifact.id}:${i}`, place, stepPlace(id), "read"),
        untaken: untaken.has(id),
      })),
    ];
  });
}

/** Pairs of steps between which some artifact visibly passes. */
function carriedPairs(lineage: Lineage): Set<string> {
  return new Set(
    lineage.artifacts.flatMap(({ producedBy, consumedBy }) =>
      producedBy.flatMap((from) => consumedBy.map((to) => `${stepPlace(from)}\n${stepPlace(to)}`)),
    ),
  );
}

/** Links between the same two boxes side by side. */
export function inLanes(links: SceneLink[]): SceneLink[] {
  const pair = ({ source, target }: SceneLink) => (source < target ? `${source}\n${target}` : `${target}\n${source}`);
  const pairs = groupBy(links, pair);
  return links.map((link) => {
    const mates = pairs.get(pair(link)) ?? [link];
    return { ...link, lane: mates.indexOf(link), lanes: mates.length };
  });
}

function groupBy<T>(items: T[], key: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const known = groups.get(key(item));
    if (known) known.push(item);
    else groups.set(key(item), [item]);
  }
  return groups;
}

/**
 * With data drawn, a `ref:Get` or `artifact` edge between two steps that an artifact joins anyway is not drawn a
 * second time: the artifact stands on it.
 */
export function buildScene(lineage: Lineage, drawn: Drawn): Scene {
  const untaken = untakenSteps(lineage);
  const steps = lineage.nodes.map((step) => ({
    id: stepPlace(step.id),
    ...STEP_SIZE,
    step,
    artifact: null,
    untaken: untaken.has(step.id),
  }));
  const between = stepLinks(lineage, untaken);
  if (drawn === "steps") {
    const links = inLanes(between);
    return { boxes: steps, links, flow: links };
  }
  const passedBy = (ids: string[]) => ids.length > 0 && ids.every((id) => untaken.has(id));
  const artifacts = lineage.artifacts.map((artifact) => ({
    id: artifactPlace(artifact.id),
    ...ARTIFACT_SIZE,
    step: null,
    artifact,
    untaken: passedBy([...artifact.producedBy, ...artifact.consumedBy]),
  }));
  const carried = carriedPairs(lineage);
  const isCarried = (link: SceneLink) =>
    (link.via === "ref:Get" || link.via === "artifact") && carried.has(`${link.source}\n${link.target}`);
  const links = inLanes([...between.filter((link) => !isCarried(link)), ...dataLinks(lineage, untaken)]);
  return { boxes: [...steps, ...artifacts], links, flow: [...links, ...between.filter(isCarried)] };
}
