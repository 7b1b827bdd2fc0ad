import type { Finding, Lineage } from "../api/types";
import { useWords } from "../i18n/words";
import { Icon } from "../icons/Icon";
import { bySeverity } from "../model/severity";
import { Empty, Facts } from "../ui/Facts";
import { RawJson, Tree } from "../ui/Tree";
import { Code } from "../ui/values";
import { PlaceLink, type Select } from "./links";

interface FindingsProps {
  lineage: Lineage;
  chosen: string | null;
  onSelect: (selection: { kind: "finding"; uid: string } | null) => void;
  onPlace: Select;
}

function Body({ finding, lineage, onPlace }: { finding: Finding; lineage: Lineage; onPlace: Select }) {
  const { t } = useWords();
  return (
    <div className="finding-body">
      {finding.desc && <p>{finding.desc}</p>}
      {finding.path.length > 0 && (
        <>
          <h4>{t("findings.path")}</h4>
          <ol className="finding-path">
            {finding.path.map((place, i) => (
              <li key={i}>
                <PlaceLink place={place} lineage={lineage} onSelect={onPlace} />
              </li>
            ))}
          </ol>
        </>
      )}
      {Object.keys(finding.evidence).length > 0 && (
        <>
          <h4>{t("findings.evidence")}</h4>
          <Tree value={finding.evidence} raw />
        </>
      )}
      {finding.remediation && (
        <>
          <h4>{t("findings.remediation")}</h4>
          <p>{finding.remediation}</p>
        </>
      )}
      {finding.controls.length > 0 && (
        <>
          <h4>{t("findings.controls")}</h4>
          <p className="link-row">
            {finding.controls.map((control) => (
              <span key={control} className="tag">
                <bdi>{control}</bdi>
              </span>
            ))}
          </p>
        </>
      )}
      <Facts rows={[[t("field.id"), <Code text={finding.uid} copy />]]} />
      <RawJson value={finding.raw} />
    </div>
  );
}

export function Findings({ lineage, chosen, onSelect, onPlace }: FindingsProps) {
  const { t, term } = useWords();
  if (lineage.findings.length === 0) return <Empty title={t("findings.none")} hint={t("findings.noneHint")} />;
  return (
    <ul className="findings">
      {bySeverity(lineage.findings).map((finding) => {
        const open = finding.uid === chosen;
        return (
          <li key={finding.uid} className={open ? "open" : undefined} data-finding={finding.uid}>
            <button
              type="button"
              aria-expanded={open}
              onClick={() => onSelect(open ? null : { kind: "finding", uid: finding.uid })}
            >
              <span className={`severity severity-${finding.severity}`}>{term("severity", finding.severity)}</span>
              <span className="finding-title">
                <bdi>{finding.title}</bdi>
                <small>
                  <bdi>{finding.rule}</bdi>
                  {finding.status !== "Fail" && <span className="tag faint">{t("findings.warning")}</span>}
                </small>
              </span>
              <Icon name={open ? "down" : "right"} size={14} />
            </button>
            {open && <Body finding={finding} lineage={lineage} onPlace={onPlace} />}
          </li>
        );
      })}
    </ul>
  );
}
