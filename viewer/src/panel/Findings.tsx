import type { Finding, Lineage } from "../api/types";
import { useWords } from "../i18n/words";
import { Icon } from "../icons/Icon";
import { bySeverity, isSuppressed } from "../model/severity";
import { Empty, Facts } from "../ui/Facts";
import { SkipOver } from "../ui/SkipOver";
import { SeverityChip } from "../ui/SeverityChip";
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
  const { t, sentence } = useWords();
  return (
    <div className="finding-body">
      {finding.suppression && (
        <Facts
          rows={[
            [t("findings.reason"), <bdi>{finding.suppression.reason}</bdi>],
            [t("findings.expires"), finding.suppression.expires && <Code text={finding.suppression.expires} />],
            [t("findings.otherwise"), finding.suppression.status && <bdi>{finding.suppression.status}</bdi>],
          ]}
        />
      )}
      {finding.desc && <p>{sentence(finding.desc)}</p>}
      {finding.path.length > 0 && (
        <>
          <h3>{t("findings.path")}</h3>
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
          <h3>{t("findings.evidence")}</h3>
          <Tree value={finding.evidence} raw />
        </>
      )}
      {finding.remediation && (
        <>
          <h3>{t("findings.remediation")}</h3>
          <p>{sentence(finding.remediation)}</p>
        </>
      )}
      {finding.controls.length > 0 && (
        <>
          <h3>{t("findings.controls")}</h3>
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

function Item({ finding, lineage, chosen, onSelect, onPlace }: FindingsProps & { finding: Finding }) {
  const { t, sentence } = useWords();
  const open = finding.uid === chosen;
  return (
    <li className={open ? "open" : undefined} data-finding={finding.uid} data-status={finding.status}>
      <button
        type="button"
        aria-expanded={open}
        onClick={() => onSelect(open ? null : { kind: "finding", uid: finding.uid })}
      >
        <SeverityChip finding={finding} />
        <span className="finding-title">
          <bdi>{sentence(finding.title)}</bdi>
          <small>
            <bdi>{finding.rule}</bdi>
            {finding.status === "Warning" && (
              <span className="tag unsure" title={t("findings.warningHint")}>
                {t("findings.warning")}
              </span>
            )}
          </small>
        </span>
        <Icon name={open ? "down" : "right"} size={14} />
      </button>
      {open && <Body finding={finding} lineage={lineage} onPlace={onPlace} />}
    </li>
  );
}

/** The gravest first; what was suppressed is folded, and opened where it is what is chosen. */
export function Findings(props: FindingsProps) {
  const { lineage, chosen } = props;
  const { t } = useWords();
  const suppressed = lineage.findings.filter(isSuppressed);
  const standing = lineage.findings.filter((finding) => !isSuppressed(finding));
  const list = (findings: Finding[]) => (
    <SkipOver count={findings.length}>
      <ul className="findings">
        {bySeverity(findings).map((finding) => (
          <Item key={finding.uid} finding={finding} {...props} />
        ))}
      </ul>
    </SkipOver>
  );
  return (
    <>
      {standing.length > 0 ? list(standing) : <Empty title={t("findings.none")} hint={t("findings.noneHint")} />}
      {suppressed.length > 0 && (
        <details className="raw suppressed" open={suppressed.some(({ uid }) => uid === chosen) || undefined}>
          <summary>{t("findings.suppressed", { count: suppressed.length })}</summary>
          {list(suppressed)}
        </details>
      )}
    </>
  );
}
