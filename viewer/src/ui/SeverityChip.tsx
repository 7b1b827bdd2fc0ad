import { useWords } from "../i18n/words";

/** How grave; outlined alone where a fact that decides could not be read. */
export function SeverityChip({ finding }: { finding: { severity: string; status: string } }) {
  const { t, term } = useWords();
  const unsure = finding.status === "Warning";
  return (
    <span
      className={`severity severity-${finding.severity}${unsure ? " unsure" : ""}`}
      title={unsure ? t("findings.warningHint") : undefined}
    >
      {term("severity", finding.severity)}
    </span>
  );
}
