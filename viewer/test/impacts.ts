/** Answers of `/impact` for tests: a chain from the start, and what hangs beside it. */

import type { Impact } from "../src/api/accountTypes";
import { readImpact } from "../src/api/readAccount";
import type { JsonObject } from "../src/api/types";

const typeOf = (id: string) => (id.startsWith("step:") ? "step" : "data");

interface More {
  aside?: [from: string, to: string, facts: JsonObject][];
  facts?: { [id: string]: JsonObject };
}

export function impact(chain: string[], { aside = [], facts = {} }: More = {}): Impact {
  const vertex = (id: string, own: JsonObject = facts[id] ?? {}) => ({
    id,
    type: typeOf(id),
    name: id.replace(/^step:[^/]*\//, ""),
    pipeline: /^step:([^/]*)/.exec(id)?.[1] ?? null,
    facts: own,
  });
  const [start = "", ...rest] = chain;
  const edge = (from: string, to: string) => ({ from, to, via: typeOf(from) === "step" ? "writes" : "reads" });
  return readImpact({
    start: [vertex(start)],
    nodes: [
      ...rest.map((id, i) => ({ ...vertex(id), distance: i + 1, path: chain.slice(0, i + 2) })),
      ...aside.map(([from, id, own]) => ({
        ...vertex(id, own),
        distance: chain.indexOf(from) + 1,
        path: [...chain.slice(0, chain.indexOf(from) + 1), id],
      })),
    ],
    edges: [...rest.map((id, i) => edge(chain[i]!, id)), ...aside.map(([from, to]) => edge(from, to))],
  });
}
