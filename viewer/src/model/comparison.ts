/** Two lineages as one, and what each change marks in it; pure. */

import type { Change, ChangeReference, Difference } from "../api/accountTypes";
import type { Json, Lineage } from "../api/types";

export type Mark = "came" | "went" | "changed";

/** Names a change in an address: kind, subject and path tell it from every other. */
export function changeKey({ kind, subject, path }: ChangeReference): string {
  return JSON.stringify([kind, subject, path]);
}

export function markOf({ before, after }: Pick<Change, "before" | "after">): Mark {
  return before === null ? "came" : after === null ? "went" : "changed";
}

/** `step:Train` is Train; null for any other subject. */
export function stepOf(subject: string): string | null {
  return subject.startsWith("step:") ? subject.slice(5) : null;
}

/** What changed at each step: whether it came or went as a whole, and how many changes there are. */
export function marksOf(changes: readonly Change[]): Map<string, { mark: Mark; count: number }> {
  const marks = new Map<string, { mark: Mark; count: number }>();
  for (const change of changes) {
    const step = stepOf(change.subject);
    if (step === null || change.kind === "duration") continue;
    const whole = change.kind === "step" && change.path === "" ? markOf(change) : "changed";
    const known = marks.get(step);
    const mark = whole === "changed" ? (known?.mark ?? whole) : whole;
    marks.set(step, { mark, count: (known?.count ?? 0) + 1 });
  }
  return marks;
}

/** The later lineage, with the steps and edges that only the earlier one has. */
export function merged(before: Lineage, after: Lineage): Lineage {
  const known = new Set(after.nodes.map(({ id }) => id));
  const gone = before.nodes.filter(({ id }) => !known.has(id));
  const edgeKey = ({ from, to, via }: Lineage["edges"][number]) => JSON.stringify([from, to, via]);
  const edges = new Set(after.edges.map(edgeKey));
  return {
    ...after,
    nodes: [...after.nodes, ...gone],
    edges: [...after.edges, ...before.edges.filter((edge) => !edges.has(edgeKey(edge)))],
  };
}

/** A bucket's changes are seen at the places in it. */
export function bucketOfSubject(subject: string): string | null {
  return subject.startsWith("bucket:") ? subject.slice(7) : null;
}

/** The boxes that a change is about and those that it reaches. */
export function reachedBoxes(change: Change, lineage: Lineage): string[] {
  const step = stepOf(change.subject);
  const bucket = bucketOfSubject(change.subject);
  const places = lineage.artifacts.filter((artifact) => bucket !== null && artifact.bucket === bucket);
  return [
    ...(step === null ? [] : [`node:${step}`]),
    ...places.map(({ id }) => `artifact:${id}`),
    ...change.reach.steps.map((id) => `node:${id}`),
  ];
}

/** A value in one line: texts as they are, a finding by its severity and title, the rest as JSON. */
export function valueText(value: Json): string {
  if (value === null) return "";
  if (typeof value === "string") return value;
  if (typeof value === "object" && !Array.isArray(value)) {
    const { severity, title } = value;
    if (typeof severity === "string" && typeof title === "string") return `${severity}: ${title}`;
  }
  return JSON.stringify(value);
}

/** Kinds in the order of the answer, each with how many changes it has. */
export function kindCounts(difference: Difference): [string, number][] {
  const counts = new Map<string, number>();
  for (const { kind } of difference.changes) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  return [...counts];
}
