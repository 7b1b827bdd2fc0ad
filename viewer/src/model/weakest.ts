/** The worst protected place on a path, by the service's own order: public first, then what is not encrypted. */

import type { Vertex } from "../api/accountTypes";

const WORST_FIRST: readonly (readonly [fact: string, value: string])[] = [
  ["publicAccess", "Public"],
  ["encryption", "None"],
  ["publicAccess", "NotPublic"],
  ["encryption", "AES256"],
  ["publicAccess", "Blocked"],
  ["encryption", "aws:kms"],
  ["encryption", "aws:kms:dsse"],
];

export interface Weakest {
  vertex: Vertex;
  why: string;
}

/** null where no bucket on the path was read, or where one that is not listed may be worse: that is no verdict. */
export function weakestOn(path: readonly Vertex[]): Weakest | null {
  const isWhole = path.every(({ type, unlisted }) => type !== "data" || !unlisted);
  for (const [fact, value] of isWhole ? WORST_FIRST : WORST_FIRST.slice(0, 1)) {
    const found = path.filter(({ type, facts }) => type === "data" && facts[fact] === value);
    const vertex = found.find(({ facts }) => facts["sensitive"] === true) ?? found[0];
    if (vertex) return { vertex, why: `${fact} ${value}` };
  }
  return null;
}
