import type { Via } from "../layout/scene";

/** The theme's colour of each kind of link, on the page and in what is exported. */
export const LINK_COLOURS = {
  "ref:Get": "edge-flow",
  artifact: "edge-data",
  dependsOn: "edge-order",
  "branch:if": "edge-if",
  "branch:else": "edge-else",
  forEach: "edge-loop",
  read: "edge-data",
  write: "edge-flow",
  makes: "edge-if",
  serves: "edge-loop",
  captures: "edge-else",
  other: "edge-order",
} as const satisfies Record<Via, string>;
