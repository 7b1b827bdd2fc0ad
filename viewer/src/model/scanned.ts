import type { Lineage } from "../api/types";

/** "Last scanned": the latest run's end, else the pipeline's last change; the summary has done the sum where it is there. */
export function lastScanned(lineage: Lineage): string | null {
  if (lineage.summary.lastActivityTime) return lineage.summary.lastActivityTime;
  const ends = lineage.nodes.flatMap((node) => node.run?.endTime ?? []);
  const latest = ends.toSorted((a, b) => Date.parse(a) - Date.parse(b)).at(-1);
  return latest ?? lineage.pipeline.lastModifiedTime;
}
