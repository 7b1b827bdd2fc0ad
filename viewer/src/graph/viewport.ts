/** How the graph is brought into sight. */

export const FIT = {
  padding: { top: "66px", right: "66px", bottom: "26px", left: "26px" },
  maxZoom: 1.15,
  minZoom: 0.02,
} as const;

/** Whether the reader wants things to stand still. */
export function prefersCalm(): boolean {
  return window.matchMedia("(prefers-reduced-motion: reduce)").matches;
}
