import { useReactFlow } from "@xyflow/react";
import { useWords } from "../i18n/words";
import { Icon } from "../icons/Icon";
import type { IconName } from "../icons/paths";
import type { Change } from "../state/useView";
import type { Direction, View } from "../state/view";
import { prefersCalm } from "./viewport";

function Control({ icon, label, onClick }: { icon: IconName; label: string; onClick: () => void }) {
  return (
    <button type="button" className="control" aria-label={label} title={label} onClick={onClick}>
      <Icon name={icon} />
    </button>
  );
}

export function ShowSwitch({ view, change }: { view: View; change: (change: Change) => void }) {
  const { t } = useWords();
  return (
    <div className="segments" role="group" aria-label={t("graph.show")}>
      {(["steps", "data"] as const).map((show) => (
        <button
          key={show}
          type="button"
          aria-pressed={view.show === show}
          data-show={show}
          onClick={() => change({ show })}
        >
          <Icon name={show === "steps" ? "processing" : "data"} size={14} />
          {t(`graph.${show}`)}
        </button>
      ))}
    </div>
  );
}

interface ZoomProps {
  direction: Direction;
  change: (change: Change) => void;
  /** Shows the graph whole. */
  onFit: () => void;
}

export function ZoomControls({ direction, change, onFit }: ZoomProps) {
  const { t } = useWords();
  const flow = useReactFlow();
  const duration = prefersCalm() ? 0 : 200;
  return (
    <div className="controls" role="group" aria-label={t("graph.controls")}>
      <Control icon="plus" label={t("graph.zoomIn")} onClick={() => void flow.zoomIn({ duration })} />
      <Control icon="minus" label={t("graph.zoomOut")} onClick={() => void flow.zoomOut({ duration })} />
      <Control icon="fit" label={t("graph.fit")} onClick={onFit} />
      <Control
        icon="rotate"
        label={t("graph.direction")}
        onClick={() => change({ direction: direction === "LR" ? "TB" : "LR" })}
      />
    </div>
  );
}
