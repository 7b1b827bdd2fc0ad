import { createContext, memo, useContext } from "react";
import type { Node, NodeProps } from "@xyflow/react";
import { useWords, type Words } from "../i18n/words";
import { Icon } from "../icons/Icon";
import { SHIELD_ICONS, stepIcon } from "../icons/paths";
import type { SceneBox } from "../layout/scene";
import type { Mark } from "../model/comparison";
import { shortUri } from "../model/search";
import { shieldOf } from "../model/shield";
import { toneOf } from "../model/status";
import { isTemplate } from "../model/template";

export type Badge = { severity: string; count: number } | null;
export interface ChangeMark {
  mark: Mark;
  count: number;
}
export type BoxNode = Node<
  { box: SceneBox; badge: Badge; hasExecution: boolean; mark?: ChangeMark | null; isStop?: boolean },
  "step" | "artifact"
>;

/** The word under a step: its run's status, or why it has none. */
export function statusWord(box: SceneBox, hasExecution: boolean, { t, term }: Words): string {
  if (box.step?.run) return term("status", box.step.run.status);
  if (box.untaken) return t("status.untaken");
  return hasExecution ? t("status.none") : t("status.notRead");
}

/** "3 findings, gravest High". */
function findingsHere(badge: NonNullable<Badge>, { t, term }: Words): string {
  return t("graph.findingsHere", { severity: term("severity", badge.severity) });
}

function FindingsBadge({ badge }: { badge: Badge }) {
  const words = useWords();
  if (!badge) return null;
  return (
    <span className={`badge severity-${badge.severity}`} title={findingsHere(badge, words)}>
      {badge.count}
      <span className="visually-hidden">{findingsHere(badge, words)}</span>
    </span>
  );
}

function markWords({ mark, count }: ChangeMark, { t }: Words): string {
  return t(`diff.mark.${mark}`) + (mark === "changed" ? ` ${count}` : "");
}

/** Whether the graph is so far away that cards are patches of colour without words. */
export const FarAway = createContext(false);

/** The name of a card from afar; near by, its own words are its name. */
export function useName(...parts: (string | false | null | undefined)[]): { "aria-label"?: string } {
  return useContext(FarAway) ? { "aria-label": parts.filter(Boolean).join(", ") } : {};
}

function badgeName(badge: Badge, words: Words): string | null {
  return badge && `${badge.count} ${findingsHere(badge, words)}`;
}

export const StepCard = memo(function StepCard({ data, selected }: NodeProps<BoxNode>) {
  const words = useWords();
  const step = data.box.step!;
  const status = statusWord(data.box, data.hasExecution, words);
  const tone = toneOf(step.run?.status);
  const elapsed = step.run?.elapsedSec;
  const kind = typeof elapsed === "number" ? `${step.type} · ${words.duration(elapsed)}` : step.type;
  const mark = data.mark && markWords(data.mark, words);
  const name = useName(step.label, kind, status, badgeName(data.badge, words), mark);
  return (
    <button
      type="button"
      className={`card step tone-${tone}${data.mark ? ` has-${data.mark.mark}` : ""}`}
      tabIndex={data.isStop ? 0 : -1}
      aria-pressed={selected}
      {...name}
      data-place={data.box.id}
      data-step={step.id}
      data-type={step.type}
      data-status={step.run?.status ?? ""}
    >
      <span className="card-icon">
        <Icon name={stepIcon(step.type)} size={20} />
      </span>
      <span className="card-text">
        <span className="card-title" title={step.label}>
          <bdi>{step.label}</bdi>
        </span>
        <span className="card-subtitle">
          <bdi>{kind}</bdi>
        </span>
      </span>
      <span className="card-state" title={status}>
        <Icon name={tone} size={16} title={status} />
      </span>
      <FindingsBadge badge={data.badge} />
      {data.mark && <span className={`badge mark-${data.mark.mark}`}>{markWords(data.mark, words)}</span>}
    </button>
  );
});

export const ArtifactCard = memo(function ArtifactCard({ data, selected }: NodeProps<BoxNode>) {
  const words = useWords();
  const { t } = words;
  const artifact = data.box.artifact!;
  const { shield } = shieldOf(artifact);
  const [title, subtitle] = [shortUri(artifact.uri), artifact.bucket ?? artifact.uri];
  const name = useName(title, subtitle, t(`shield.${shield}`), badgeName(data.badge, words));
  return (
    <button
      type="button"
      className={`card artifact shield-${shield}${isTemplate(artifact.uri) ? " template" : ""}`}
      tabIndex={data.isStop ? 0 : -1}
      aria-pressed={selected}
      {...name}
      title={isTemplate(artifact.uri) ? `${t("template.name")}: ${artifact.uri}` : artifact.uri}
      data-place={data.box.id}
      data-uri={artifact.uri}
      data-shield={shield}
    >
      <span className="card-shield">
        <Icon name={SHIELD_ICONS[shield]} size={20} title={t(`shield.${shield}`)} />
      </span>
      <span className="card-text">
        <span className="card-title">
          <bdi>{title}</bdi>
        </span>
        <span className="card-subtitle">
          <bdi>{subtitle}</bdi>
        </span>
      </span>
      <FindingsBadge badge={data.badge} />
    </button>
  );
});
