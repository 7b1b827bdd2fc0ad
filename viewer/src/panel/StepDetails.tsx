import type { Lineage, LineageEdge, Port, StepNode } from "../api/types";
import { useWords } from "../i18n/words";
import { Icon } from "../icons/Icon";
import { stepIcon } from "../icons/paths";
import { stepPlace } from "../layout/scene";
import { consoleLink } from "../model/arn";
import { untakenSteps } from "../model/branches";
import { Facts, Section } from "../ui/Facts";
import { Location } from "../ui/Location";
import { RawJson, Tree } from "../ui/Tree";
import { Code, ConsoleLink, StatusChip, Time } from "../ui/values";
import { ArtifactLink, FindingLink, StepLink, type Select } from "./links";

interface StepProps {
  step: StepNode;
  lineage: Lineage;
  onSelect: Select;
}

function RunSection({ step, lineage }: StepProps) {
  const { t, duration, number } = useWords();
  const { run } = step;
  if (!run) {
    const reason = !lineage.execution
      ? "step.noExecution"
      : untakenSteps(lineage).has(step.id)
        ? "step.untaken"
        : "step.noRun";
    return (
      <Section title={t("step.run")}>
        <p className="muted">{t(reason)}</p>
      </Section>
    );
  }
  return (
    <Section title={t("step.run")}>
      <Facts
        rows={[
          [t("field.status"), <StatusChip status={run.status} />],
          [t("field.start"), run.startTime && <Time iso={run.startTime} />],
          [t("field.end"), run.endTime && <Time iso={run.endTime} />],
          [
            t("field.elapsed"),
            run.elapsedSec === null ? null : (
              <span title={`${number(run.elapsedSec)} s`}>{duration(run.elapsedSec)}</span>
            ),
          ],
          [t("field.job"), run.jobName && <Code text={run.jobName} copy />],
          [t("field.arn"), run.jobArn && <Code text={run.jobArn} copy />],
          [t("field.failure"), run.failureReason && <p className="failure-reason">{run.failureReason}</p>],
        ]}
      />
      <ConsoleLink href={consoleLink(run.jobArn)}>{t("step.console")}</ConsoleLink>
      {Object.keys(run.extra).length > 0 && <Tree value={run.extra} />}
    </Section>
  );
}

function Metrics({ step }: { step: StepNode }) {
  const { t, number } = useWords();
  const metrics = Object.entries(step.run?.metrics ?? {});
  if (metrics.length === 0) return null;
  return (
    <Section title={t("step.metrics")} count={metrics.length}>
      <table className="metrics">
        <tbody>
          {metrics.map(([name, value]) => (
            <tr key={name}>
              <th scope="row">
                <bdi>{name}</bdi>
              </th>
              <td title={String(value)}>{typeof value === "number" ? number(value) : <Tree value={value} />}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Section>
  );
}

function PortItem({ port, lineage, onSelect }: { port: Port; lineage: Lineage; onSelect: Select }) {
  const { t } = useWords();
  const artifact = lineage.artifacts.find(({ uri }) => uri === port.uri);
  return (
    <li>
      <div className="port-head">
        <strong>
          <bdi>{port.name}</bdi>
        </strong>
        {port.kind && port.kind !== "data" && (
          <span className="tag">
            <bdi>{port.kind}</bdi>
          </span>
        )}
        {port.resolution === "unresolved" ? (
          <span className="tag template" title={t("template.hint")}>
            {t("template.name")}
          </span>
        ) : (
          port.resolution && (
            <span className="tag faint">
              <bdi>{port.resolution}</bdi>
            </span>
          )
        )}
      </div>
      {artifact ? (
        <ArtifactLink artifact={artifact} onSelect={onSelect} full />
      ) : (
        port.uri !== "" && <Location uri={port.uri} copy />
      )}
      {port.expression && !port.uri.includes(port.expression) && (
        <p className="unresolved">
          <Code text={port.expression} />
        </p>
      )}
      {Object.keys(port.extra).length > 0 && <Tree value={port.extra} />}
    </li>
  );
}

function Ports({
  title,
  ports,
  lineage,
  onSelect,
}: {
  title: string;
  ports: Port[];
  lineage: Lineage;
  onSelect: Select;
}) {
  const { t } = useWords();
  return (
    <Section title={title} count={ports.length}>
      {ports.length === 0 ? (
        <p className="muted">{t("step.noPorts")}</p>
      ) : (
        <ul className="ports">
          {ports.map((port, i) => (
            <PortItem key={i} port={port} lineage={lineage} onSelect={onSelect} />
          ))}
        </ul>
      )}
    </Section>
  );
}

function Connections({ step, lineage, onSelect }: StepProps) {
  const { t, term } = useWords();
  const edges = lineage.edges.filter((edge) => edge.from === step.id || edge.to === step.id);
  if (edges.length === 0) return null;
  const other = (edge: LineageEdge) => (edge.from === step.id ? edge.to : edge.from);
  return (
    <Section title={t("step.connections")} count={edges.length}>
      <ul className="connections">
        {edges.map((edge, i) => (
          <li key={i}>
            <span className="muted">{t(edge.to === step.id ? "step.incoming" : "step.outgoing")}</span>
            <StepLink id={other(edge)} lineage={lineage} onSelect={onSelect} />
            <button
              type="button"
              className="tag via"
              onClick={() => onSelect({ kind: "edge", from: edge.from, to: edge.to, via: edge.via })}
            >
              {term("via", edge.via)}
              {edge.trigger && <bdi> · {edge.trigger}</bdi>}
            </button>
          </li>
        ))}
      </ul>
    </Section>
  );
}

export function StepDetails({ step, lineage, onSelect }: StepProps) {
  const { t } = useWords();
  const findings = lineage.findings.filter(({ path }) => path.includes(stepPlace(step.id)));
  return (
    <article className="details" data-details={stepPlace(step.id)}>
      <header>
        <span className="details-icon">
          <Icon name={stepIcon(step.type)} size={22} />
        </span>
        <div>
          <h2>
            <bdi>{step.label}</bdi>
          </h2>
          <p className="muted">
            <bdi>{step.type}</bdi>
            {step.label !== step.id && (
              <>
                {" "}
                · <bdi>{step.id}</bdi>
              </>
            )}
          </p>
        </div>
        {step.run && <StatusChip status={step.run.status} />}
      </header>
      {step.description && <p className="description">{step.description}</p>}
      <RunSection step={step} lineage={lineage} onSelect={onSelect} />
      {findings.length > 0 && (
        <Section title={t("step.findings")} count={findings.length}>
          {findings.map((finding) => (
            <FindingLink key={finding.uid} finding={finding} onSelect={onSelect} />
          ))}
        </Section>
      )}
      <Metrics step={step} />
      {step.registry && (
        <Section title={t("step.registry")}>
          <Tree value={step.registry} />
        </Section>
      )}
      <Ports title={t("step.inputs")} ports={step.inputs} lineage={lineage} onSelect={onSelect} />
      <Ports title={t("step.outputs")} ports={step.outputs} lineage={lineage} onSelect={onSelect} />
      {step.security && (
        <Section title={t("step.security")}>
          <Tree value={step.security} />
        </Section>
      )}
      {step.run?.job && (
        <Section title={t("step.job")}>
          <Tree value={step.run.job} />
        </Section>
      )}
      {step.resources.length > 0 && (
        <Section title={t("step.resources")} count={step.resources.length}>
          <Tree value={step.resources} />
        </Section>
      )}
      <Connections step={step} lineage={lineage} onSelect={onSelect} />
      {Object.keys(step.extra).length > 0 && (
        <Section title={t("step.more")}>
          <Tree value={step.extra} />
        </Section>
      )}
      <RawJson value={step.raw} />
    </article>
  );
}
