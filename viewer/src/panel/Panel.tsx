import { useEffect, useRef, type KeyboardEvent } from "react";
import type { Lineage } from "../api/types";
import { useWords } from "../i18n/words";
import { Icon } from "../icons/Icon";
import { isSuppressed } from "../model/severity";
import type { Selection, Tab, View } from "../state/view";
import { Empty } from "../ui/Facts";
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

function moveTab(event: KeyboardEvent<HTMLElement>, tab: Tab, onTab: (tab: Tab) => void): void {
  const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
  if (step === 0) return;
  event.preventDefault();
  const next = TABS[(TABS.indexOf(tab) + step + TABS.length) % TABS.length]!;
  onTab(next);
  event.currentTarget.querySelector<HTMLElement>(`#tab-${next}`)?.focus();
}

export function Panel({ lineage, view, onSelect, onTab, onClose }: PanelProps) {
  const { t } = useWords();
  const body = useRef<HTMLDivElement>(null);
  const { tab, select } = view;
  useEffect(() => {
    if (tab !== "findings") body.current?.scrollTo(0, 0);
    else body.current?.querySelector(".findings .open")?.scrollIntoView({ block: "nearest" });
  }, [tab, select]);
  const counts: Partial<Record<Tab, number>> = {
    findings: lineage.findings.filter((finding) => !isSuppressed(finding)).length,
    warnings: lineage.warnings.length,
  };
  return (
    <aside className="panel" aria-label={t("panel.label")}>
      <div className="tabs">
        <div role="tablist" aria-label={t("panel.label")} onKeyDown={(event) => moveTab(event, tab, onTab)}>
          {TABS.map((name) => (
            <button
              key={name}
              type="button"
              role="tab"
              id={`tab-${name}`}
              aria-selected={tab === name}
              aria-controls="panel-body"
              tabIndex={tab === name ? 0 : -1}
              onClick={() => onTab(name)}
            >
              {t(`panel.${name}`)}
              {counts[name] ? <span className={`count count-${name}`}>{counts[name]}</span> : null}
            </button>
          ))}
        </div>
        <button
          type="button"
          className="control panel-close"
          aria-label={t("panel.close")}
          title={t("panel.close")}
          onClick={onClose}
        >
          <Icon name="close" />
        </button>
      </div>
      <div
        className="panel-body"
        id="panel-body"
        role="tabpanel"
        aria-labelledby={`tab-${tab}`}
        tabIndex={0}
        ref={body}
      >
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
      </div>
    </aside>
  );
}
