/** Findings in the order in which a reader should meet them. */

import type { Finding } from "../api/types";

/** Somebody has looked at it and accepted it: it is shown, but counts nowhere. */
export function isSuppressed(finding: Finding): boolean {
  return finding.status === "Suppressed";
}

export const SEVERITIES = ["Critical", "High", "Medium", "Low", "Informational"] as const;

export function severityRank(severity: string): number {
  const rank = (SEVERITIES as readonly string[]).indexOf(severity);
  return rank < 0 ? SEVERITIES.length : rank;
}

/** By severity; within one, what certainly fails before what could not be judged; else in the answer's order. */
export function bySeverity(findings: readonly Finding[]): Finding[] {
  const certainty = (finding: Finding) => (finding.status === "Fail" ? 0 : 1);
  return findings.toSorted(
    (a, b) => severityRank(a.severity) - severityRank(b.severity) || certainty(a) - certainty(b),
  );
}

export function severityCounts(findings: readonly Finding[]): [string, number][] {
  const counts = new Map<string, number>();
  for (const { severity } of findings.filter((finding) => !isSuppressed(finding)))
    counts.set(severity, (counts.get(severity) ?? 0) + 1);
  return [...counts].toSorted(([a], [b]) => severityRank(a) - severityRank(b));
}

/** The gravest severity of the findings whose path holds `place` (`node:Train`, `artifact:8`), and how many there are. */
export function gravestAt(findings: readonly Finding[]): Map<string, { severity: string; count: number }> {
  const places = new Map<string, { severity: string; count: number }>();
  for (const { severity, path } of findings.filter((finding) => !isSuppressed(finding))) {
    for (const place of new Set(path)) {
      const known = places.get(place);
      const graver = !known || severityRank(severity) < severityRank(known.severity);
      places.set(place, { severity: graver ? severity : known.severity, count: (known?.count ?? 0) + 1 });
    }
  }
  return places;
}
