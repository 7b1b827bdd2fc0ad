/** Buttons that lead from one thing of the lineage to another. */

import type { Artifact, Finding, Lineage } from "../api/types";
import { useWords } from "../i18n/words";
import { Icon } from "../icons/Icon";
import { SHIELD_ICONS, stepIcon } from "../icons/paths";
import { shortUri } from "../model/search";
import { shieldOf } from "../model/shield";
import { toneOf } from "../model/status";
import { parseSelection, type Selection } from "../state/view";
import { Location } from "../ui/Location";
import { SeverityChip } from "../ui/SeverityChip";

export type Select = (selection: Selection) => void;

export function ShieldMark({ artifact, size = 15 }: { artifact: Artifact; size?: number }) {
  const { t } = useWords();
  const { shield } = shieldOf(artifact);
  return (
    <span className={`shield shield-${shield}`} title={t(`shield.${shield}`)}>
      <Icon name={SHIELD_ICONS[shield]} size={size} title={t(`shield.${shield}`)} />
    </span>
  );
}

export function StepLink({ id, lineage, onSelect }: { id: string; lineage: Lineage; onSelect: Select }) {
  const step = lineage.nodes.find((node) => node.id === id);
  if (!step) return <bdi>{id}</bdi>;
  return (
    <button
      type="button"
      className={`place-link tone-${toneOf(step.run?.status)}`}
      onClick={() => onSelect({ kind: "node", id })}
    >
      <Icon name={stepIcon(step.type)} size={14} />
      <bdi>{step.label}</bdi>
    </button>
  );
}

export function ArtifactLink({
  artifact,
  onSelect,
  full = false,
}: {
  artifact: Artifact;
  onSelect: Select;
  full?: boolean;
}) {
  return (
    <button
      type="button"
      className="place-link"
      title={artifact.uri}
      onClick={() => onSelect({ kind: "artifact", id: artifact.id })}
    >
      <ShieldMark artifact={artifact} />
      {full ? <Location uri={artifact.uri} /> : <bdi>{shortUri(artifact.uri)}</bdi>}
    </button>
  );
}

/** A place as a finding's path names it. */
export function PlaceLink({ place, lineage, onSelect }: { place: string; lineage: Lineage; onSelect: Select }) {
  const parsed = parseSelection(place);
  if (parsed?.kind === "node") return <StepLink id={parsed.id} lineage={lineage} onSelect={onSelect} />;
  const artifact = parsed?.kind === "artifact" ? lineage.artifacts.find(({ id }) => id === parsed.id) : undefined;
  return artifact ? <ArtifactLink artifact={artifact} onSelect={onSelect} /> : <bdi>{place}</bdi>;
}

export function FindingLink({ finding, onSelect }: { finding: Finding; onSelect: Select }) {
  const { sentence } = useWords();
  return (
    <button
      type="button"
      className="place-link finding-link"
      onClick={() => onSelect({ kind: "finding", uid: finding.uid })}
    >
      <SeverityChip finding={finding} />
      <bdi>{sentence(finding.title)}</bdi>
    </button>
  );
}
