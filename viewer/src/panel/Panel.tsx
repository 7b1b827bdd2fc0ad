import type { Lineage } from "../api/types";
import { useWords } from "../i18n/words";
import { isSuppressed } from "../model/severity";
import type { Selection, Tab, View } from "../state/view";
import { Empty } from "../ui/Facts";
import { SidePanel } from "../ui/SidePanel";
import { Warnings } from "../ui/Warnings";
import { ArtifactDetails } from "./ArtifactDetails";
import { EdgeDetails } from "./EdgeDetails";
import { Findings } from "./Findings";
import { Overview } from "./Overview";
import { StepDetails } from "./StepDetails";
import type { Select } from "./links";

const TABS: readonly Tab[] = ["overview", "details", "findings", "warnings"];

interface PanelProps {
  lineage: Lineage;
  view: View;
  onSelect: (selection: Selection | null) => void;
  onTab: (tab: Tab) => void;
  onClose: () => void;
}

function Selected({ lineage, select, onSelect }: { lineage: Lineage; select: Selection | null; onSelect: Select }) {
  const { t } = useWords();
  if (!select || select.kind === "finding") return <Empty title={t("panel.nothing")} hint={t("panel.nothingHint")} />;
  if (select.kind === "node") {
    const step = lineage.nodes.find(({ id }) => id === select.id);
    if (step) return <StepDetails key={step.id} step={step} lineage={lineage} onSelect={onSelect} />;
  }
  if (select.kind === "artifact") {
    const artifact = lineage.artifacts.find(({ id }) => id === select.id);
    if (artifact)
      return <ArtifactDetails key={artifact.id} artifact={artifact} lineage={lineage} onSelect={onSelect} />;
  }
  if (select.kind === "edge") {
    const edges = lineage.edges.filter(
      ({ from, to, via }) => from === select.from && to === select.to && via === select.via,
    );
    if (edges.length > 0) return <EdgeDetails edges={edges} lineage={lineage} onSelect={onSelect} />;
  }
  return <Empty title={t("panel.nothing")} hint={t("panel.gone")} />;
}

export function Panel({ lineage, view, onSelect, onTab, onClose }: PanelProps) {
  const { t } = useWords();
  const { tab, select } = view;
  const counts: Partial<Record<Tab, number>> = {
    findings: lineage.findings.filter((finding) => !isSuppressed(finding)).length,
    warnings: lineage.warnings.length,
  };
  const tabs = TABS.map((id) => ({ id, label: t(`panel.${id}`), count: counts[id] ?? 0 }));
  return (
    <SidePanel tabs={tabs} tab={tab} onTab={onTab} onClose={onClose} shown={select}>
      {tab === "overview" && (
        <Overview lineage={lineage} includeLatestExec={view.includeLatestExec} onSelect={onSelect} onTab={onTab} />
      )}
      {tab === "details" && <Selected lineage={lineage} select={select} onSelect={onSelect} />}
      {tab === "findings" && (
        <Findings
          lineage={lineage}
          chosen={select?.kind === "finding" ? select.uid : null}
          onSelect={onSelect}
          onPlace={onSelect}
        />
      )}
      {tab === "warnings" && <Warnings warnings={lineage.warnings} />}
    </SidePanel>
  );
}
