import { ReactFlowProvider } from "@xyflow/react";
import type { ReactNode } from "react";
import { useWords } from "../i18n/words";
import { Icon } from "../icons/Icon";
import type { PanelState } from "../state/usePanel";

interface WorkspaceProps {
  /** The strip above the graph. */
  summary: ReactNode;
  /** What stands over the graph, at its top. */
  tools: ReactNode;
  graph: ReactNode;
  legend?: ReactNode;
  panel: PanelState;
  panelContent: ReactNode;
}

/** A graph, with what is said of it above and beside it. */
export function Workspace({ summary, tools, graph, legend, panel, panelContent }: WorkspaceProps) {
  const { t } = useWords();
  return (
    <ReactFlowProvider>
      <div className={`workspace${panel.isOpen ? " with-panel" : ""}`}>
        <div className="stage">
          {summary}
          <main id="graph" className="stage-graph" tabIndex={-1}>
            <div className="stage-tools">
              {tools}
              {!panel.isOpen && (
                <button
                  type="button"
                  className="control panel-open"
                  aria-label={t("panel.open")}
                  title={t("panel.open")}
                  onClick={panel.open}
                >
                  <Icon name="panel" />
                </button>
              )}
            </div>
            {graph}
          </main>
          {legend}
        </div>
        {panel.isOpen && panelContent}
      </div>
    </ReactFlowProvider>
  );
}
