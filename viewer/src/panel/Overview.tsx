import type { Lineage } from "../api/types";
import { useWords } from "../i18n/words";
import { Icon } from "../icons/Icon";
import { SHIELD_ICONS } from "../icons/paths";
import { shortName } from "../model/arn";
import { lastScanned } from "../model/scanned";
import { severityCounts } from "../model/severity";
import { shieldOf, type Shield } from "../model/shield";
import { toneOf } from "../model/status";
import type { Tab } from "../state/view";
import { Facts, Section } from "../ui/Facts";
import { RawJson, Tree } from "../ui/Tree";
import { Code, StatusChip, Time } from "../ui/values";
import { StepLink, type Select } from "./links";

interface OverviewProps {
  lineage: Lineage;
  includeLatestExec: boolean;
  onSelect: Select;
  onTab: (tab: Tab) => void;
}

function Counts({ lineage, onTab }: { lineage: Lineage; onTab: (tab: Tab) => void }) {
  const { t, term } = useWords();
  const shields = new Map<Shield, number>();
  for (const artifact of lineage.artifacts) {
    if (artifact.bucket === null) continue;
    const { shield } = shieldOf(artifact);
    shields.set(shield, (shields.get(shield) ?? 0) + 1);
  }
  const findings = severityCounts(lineage.findings);
  return (
    <div className="tiles">
      <div className="tile">
        <h3>{t("overview.counts")}</h3>
        <ul>
          {Object.entries(lineage.summary.nodeStatus).map(([status, count]) => (
            <li key={status} className={`tone-${toneOf(status)}`} data-count={status}>
              <Icon name={toneOf(status)} size={14} /> <b>{count}</b> <bdi>{term("status", status)}</bdi>
            </li>
          ))}
        </ul>
      </div>
      <div className="tile">
        <h3>{t("overview.protection")}</h3>
        <ul>
          {(["red", "amber", "grey", "green"] as const)
            .filter((shield) => shields.has(shield))
            .map((shield) => (
              <li key={shield} className={`shield-${shield}`}>
                <Icon name={SHIELD_ICONS[shield]} size={15} /> <b>{shields.get(shield)}</b> {t(`shield.${shield}`)}
              </li>
            ))}
        </ul>
      </div>
      <button type="button" className="tile" onClick={() => onTab("findings")}>
        <h3>{t("overview.findings")}</h3>
        {findings.length === 0 ? (
          <span className="muted">{t("overview.noFindings")}</span>
        ) : (
          <ul>
            {findings.map(([severity, count]) => (
              <li key={severity}>
                <span className={`severity severity-${severity}`}>{term("severity", severity)}</span> <b>{count}</b>
              </li>
            ))}
          </ul>
        )}
      </button>
    </div>
  );
}

function ExecutionFactsSection({ lineage, includeLatestExec }: { lineage: Lineage; includeLatestExec: boolean }) {
  const { t, duration } = useWords();
  const { execution, summary } = lineage;
  if (!execution) {
    return (
      <Section title={t("overview.execution")}>
        <p className="muted">
          {t(includeLatestExec && lineage.warnings.length === 0 ? "overview.neverRan" : "overview.noExecution")}
        </p>
      </Section>
    );
  }
  return (
    <Section title={t("overview.execution")}>
      <Facts
        rows={[
          [t("field.name"), <Code text={execution.displayName ?? shortName(execution.arn)} />],
          [t("field.status"), <StatusChip status={execution.status} />],
          [t("field.start"), execution.startTime && <Time iso={execution.startTime} />],
          [t("field.end"), execution.endTime && <Time iso={execution.endTime} />],
          [t("overview.elapsed"), summary.elapsedSec === null ? null : duration(summary.elapsedSec)],
          [t("field.failure"), execution.failureReason && <p className="failure-reason">{execution.failureReason}</p>],
          [t("field.arn"), <Code text={execution.arn} copy />],
        ]}
      />
      {Object.keys(execution.extra).length > 0 && <Tree value={execution.extra} />}
    </Section>
  );
}

export function Overview({ lineage, includeLatestExec, onSelect, onTab }: OverviewProps) {
  const { t, term, duration } = useWords();
  const { pipeline } = lineage;
  const parameters = Object.keys(pipeline.parameters).length;
  return (
    <article className="details" data-details="overview">
      <Counts lineage={lineage} onTab={onTab} />
      <ExecutionFactsSection lineage={lineage} includeLatestExec={includeLatestExec} />
      <Section title={t("overview.pipeline")}>
        <Facts
          rows={[
            [t("field.name"), <Code text={pipeline.name} />],
            [t("overview.lastScanned"), <Time iso={lastScanned(lineage)} />],
            [t("field.modified"), pipeline.lastModifiedTime && <Time iso={pipeline.lastModifiedTime} />],
            [t("field.region"), pipeline.region && <Code text={pipeline.region} />],
            [t("field.role"), pipeline.roleArn && <Code text={pipeline.roleArn} copy />],
            [t("field.arn"), pipeline.arn && <Code text={pipeline.arn} copy />],
          ]}
        />
        {Object.keys(pipeline.extra).length > 0 && <Tree value={pipeline.extra} />}
      </Section>
      {parameters > 0 && (
        <Section title={t("overview.parameters")} count={parameters}>
          <Tree value={pipeline.parameters} raw />
        </Section>
      )}
      <Section title={t("overview.steps")} count={lineage.nodes.length}>
        <ol className="outline">
          {lineage.nodes.map((node) => (
            <li key={node.id}>
              <StepLink id={node.id} lineage={lineage} onSelect={onSelect} />
              <span className={`outline-status tone-${toneOf(node.run?.status)}`}>
                {node.run ? term("status", node.run.status) : "–"}
                {node.run && node.run.elapsedSec !== null && <small>{duration(node.run.elapsedSec)}</small>}
              </span>
            </li>
          ))}
        </ol>
      </Section>
      <RawJson
        value={{
          pipeline: lineage.raw["pipeline"] ?? null,
          execution: lineage.raw["execution"] ?? null,
          summary: lineage.raw["summary"] ?? null,
        }}
      />
    </article>
  );
}
