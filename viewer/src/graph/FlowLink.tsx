import { memo } from "react";
import { EdgeLabelRenderer, type Edge, type EdgeProps } from "@xyflow/react";
import { useWords } from "../i18n/words";
import type { Curve } from "../layout/curve";
import type { SceneLink } from "../layout/scene";
import { LINK_COLOURS } from "../theme/linkColours";

export type LinkEdge = Edge<{ link: SceneLink; course: Curve }, "link">;

const TIPS = [...new Set(Object.values(LINK_COLOURS))];

/** Arrow heads, one for each colour: a marker does not take its line's colour in every browser. */
export function ArrowTips() {
  return (
    <svg className="tips" aria-hidden="true" width="0" height="0">
      <defs>
        {TIPS.map((colour) => (
          <marker
            key={colour}
            id={`tip-${colour}`}
            className={colour}
            viewBox="0 0 10 10"
            refX="9"
            refY="5"
            markerWidth="8"
            markerHeight="8"
            orient="auto"
            markerUnits="userSpaceOnUse"
          >
            <path d="M0 0L10 5L0 10z" />
          </marker>
        ))}
      </defs>
    </svg>
  );
}

export const FlowLink = memo(function FlowLink({ data, source, target }: EdgeProps<LinkEdge>) {
  const { t } = useWords();
  if (!data) return null;
  const { link, course } = data;
  const branch = link.via === "branch:if" ? t("branch.if") : link.via === "branch:else" ? t("branch.else") : null;
  const label = branch ?? link.trigger;
  return (
    <>
      <path
        className={`link-line ${LINK_COLOURS[link.via]} via-${link.via.replace(":", "-")}`}
        d={course.path}
        markerEnd={`url(#tip-${LINK_COLOURS[link.via]})`}
        data-from={source}
        data-to={target}
        data-via={link.word}
      />
      <path className="react-flow__edge-interaction" d={course.path} fill="none" strokeOpacity={0} strokeWidth={16} />
      {label !== null && (
        <EdgeLabelRenderer>
          <span
            className={`link-label ${LINK_COLOURS[link.via]}${link.untaken ? " untaken" : ""}`}
            style={{ transform: `translate(-50%, -50%) translate(${course.middle.x}px, ${course.middle.y}px)` }}
          >
            {label}
          </span>
        </EdgeLabelRenderer>
      )}
    </>
  );
});
