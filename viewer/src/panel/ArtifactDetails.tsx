import type { Artifact, Json, JsonObject, Lineage } from "../api/types";
import { useWords } from "../i18n/words";
import { artifactPlace } from "../layout/scene";
import { bucketLink } from "../model/arn";
import { shortUri } from "../model/search";
import { shieldOf } from "../model/shield";
import { isTemplate, knownPart } from "../model/template";
import { Facts, Section } from "../ui/Facts";
import { Location, TemplateTag } from "../ui/Location";
import { RawJson, Tree } from "../ui/Tree";
import { Code, ConsoleLink } from "../ui/values";
import { FindingLink, ShieldMark, StepLink, type Select } from "./links";

interface ArtifactProps {
  artifact: Artifact;
  lineage: Lineage;
  onSelect: Select;
}

function StepList({
  title,
  ids,
  lineage,
  onSelect,
}: {
  title: string;
  ids: string[];
  lineage: Lineage;
  onSelect: Select;
}) {
  const { t } = useWords();
  return (
    <Section title={title} count={ids.length}>
      {ids.length === 0 ? (
        <p className="muted">{t("artifact.nobody")}</p>
      ) : (
        <div className="link-row">
          {ids.map((id) => (
            <StepLink key={id} id={id} lineage={lineage} onSelect={onSelect} />
          ))}
        </div>
      )}
    </Section>
  );
}

const SHOWN_S3 = ["bucket", "region", "encryption", "versioning", "publicAccess", "tags"];

function Protection({ artifact }: { artifact: Artifact }) {
  const { t } = useWords();
  const verdict = shieldOf(artifact);
  const s3 = artifact.s3 ?? {};
  const others = Object.fromEntries(Object.entries(s3).filter(([name]) => !SHOWN_S3.includes(name)));
  const row = (key: "encryption" | "versioning" | "publicAccess" | "region") =>
    [
      t(`field.${key}`),
      artifact.facts && (
        <span data-s3={key}>
          <Code text={artifact.facts[key]} />
        </span>
      ),
    ] as const;
  return (
    <Section title={t("artifact.posture")}>
      <div className={`verdict shield-${verdict.shield}`}>
        <ShieldMark artifact={artifact} size={22} />
        <div>
          <strong>{t(`shield.${verdict.shield}`)}</strong>
          <ul>
            {verdict.reasons.map((reason) => (
              <li key={reason}>{t(`reason.${reason}`)}</li>
            ))}
          </ul>
        </div>
      </div>
      <Facts rows={[row("publicAccess"), row("encryption"), row("versioning"), row("region")]} />
      {isObject(s3["tags"]) && Object.keys(s3["tags"]).length > 0 && (
        <Tree value={{ [t("field.tags")]: s3["tags"] }} raw />
      )}
      {Object.keys(others).length > 0 && <Tree value={others} />}
    </Section>
  );
}

function isObject(value: Json | undefined): value is JsonObject {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}

function lines(value: Json | undefined): Json[] {
  return Array.isArray(value) ? value : value === undefined || value === null ? [] : [value];
}

function Lines({ items }: { items: Json[] }) {
  const { sentence } = useWords();
  return (
    <ul className="tree-list">
      {items.map((item, i) => (
        <li key={i}>{typeof item === "string" ? <bdi>{sentence(item)}</bdi> : <Tree value={item} />}</li>
      ))}
    </ul>
  );
}

function Posture({ artifact }: { artifact: Artifact }) {
  const { t } = useWords();
  if (!artifact.posture) return null;
  const { notEvaluated, ...rest } = artifact.posture;
  const access = rest["publicAccess"];
  const reasons = rest["reasons"] ?? (isObject(access) ? access["reasons"] : undefined);
  const list = (title: string, items: Json[]) =>
    items.length > 0 && (
      <Section title={title} count={items.length}>
        <Lines items={items} />
      </Section>
    );
  return (
    <>
      {list(t("artifact.reasons"), lines(reasons))}
      {list(t("artifact.notEvaluated"), lines(notEvaluated))}
      {Object.keys(rest).length > 0 && (
        <Section title={t("artifact.details")}>
          <Tree value={rest} />
        </Section>
      )}
    </>
  );
}

export function ArtifactDetails({ artifact, lineage, onSelect }: ArtifactProps) {
  const { t } = useWords();
  const findings = lineage.findings.filter(({ path }) => path.includes(artifactPlace(artifact.id)));
  return (
    <article className="details" data-details={artifactPlace(artifact.id)}>
      <header>
        <span className="details-icon">
          <ShieldMark artifact={artifact} size={24} />
        </span>
        <div>
          <h2>
            <bdi>{shortUri(artifact.uri)}</bdi> <TemplateTag uri={artifact.uri} />
          </h2>
          {artifact.bucket && (
            <p className="muted">
              <bdi>{artifact.bucket}</bdi>
            </p>
          )}
        </div>
      </header>
      <Section title={t(isTemplate(artifact.uri) ? "template.name" : "artifact.location")}>
        <Location uri={artifact.uri} copy />
        {isTemplate(artifact.uri) && <p className="muted">{t("template.hint")}</p>}
        <Facts
          rows={[
            [t("field.bucket"), artifact.bucket && <Code text={artifact.bucket} />],
            [t("field.key"), artifact.key && <Location uri={artifact.key} />],
            [t("field.id"), String(artifact.id)],
          ]}
        />
        {artifact.bucket && !isTemplate(artifact.bucket) && (
          <ConsoleLink
            href={bucketLink(
              artifact.bucket,
              knownPart(artifact.key ?? ""),
              artifact.facts?.region ?? "",
              lineage.pipeline.arn,
            )}
          >
            {t("step.console")}
          </ConsoleLink>
        )}
      </Section>
      <Protection artifact={artifact} />
      {findings.length > 0 && (
        <Section title={t("step.findings")} count={findings.length}>
          {findings.map((finding) => (
            <FindingLink key={finding.uid} finding={finding} onSelect={onSelect} />
          ))}
        </Section>
      )}
      <Posture artifact={artifact} />
      <StepList title={t("artifact.producedBy")} ids={artifact.producedBy} lineage={lineage} onSelect={onSelect} />
      <StepList title={t("artifact.consumedBy")} ids={artifact.consumedBy} lineage={lineage} onSelect={onSelect} />
      {Object.keys(artifact.extra).length > 0 && (
        <Section title={t("step.more")}>
          <Tree value={artifact.extra} />
        </Section>
      )}
      <RawJson value={artifact.raw} />
    </article>
  );
}
