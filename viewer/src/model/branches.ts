/** Which steps an execution passed by: the branch that a condition did not take, and whatever hangs in it. */

import type { Lineage } from "../api/types";

const BRANCHES: Record<string, boolean> = { "branch:if": true, "branch:else": false };
const HOLDS = new Set(["branch:if", "branch:else", "forEach"]);

/**
 * Ids of the steps in branches not taken. Only where an execution was read: a definition alone takes no branch.
 * The service's own word decides, then the condition's outcome; where the answer has none, a branch is held to be passed by only if the
 * condition is over, its other branch has run and it itself has not.
 */
export function untakenSteps(lineage: Lineage): Set<string> {
  const untaken = new Set<string>();
  if (!lineage.execution) return untaken;
  const nodes = new Map(lineage.nodes.map((node) => [node.id, node]));
  const members = new Map<string, string[]>();
  for (const edge of lineage.edges) {
    if (HOLDS.has(edge.via)) members.set(edge.from, [...(members.get(edge.from) ?? []), edge.to]);
  }
  for (const node of lineage.nodes) if (node.branchTaken === false) untaken.add(node.id);
  const passBy = (id: string) => {
    if (untaken.has(id) || nodes.get(id)?.run) return;
    untaken.add(id);
    members.get(id)?.forEach(passBy);
  };
  for (const condition of lineage.nodes) {
    const branches = lineage.edges.filter((edge) => edge.from === condition.id && edge.via in BRANCHES);
    const outcome = condition.run && (condition.run.outcome ?? inferred(branches, nodes, condition.run.status));
    if (outcome === null) continue;
    for (const edge of branches) if (BRANCHES[edge.via] !== outcome) passBy(edge.to);
  }
  return untaken;
}

function inferred(
  branches: Lineage["edges"],
  nodes: Map<string, Lineage["nodes"][number]>,
  status: string,
): boolean | null {
  if (status !== "Succeeded") return null;
  const ran = (via: string) => branches.some((edge) => edge.via === via && nodes.get(edge.to)?.run);
  const [ifRan, elseRan] = [ran("branch:if"), ran("branch:else")];
  return ifRan === elseRan ? null : ifRan;
}
