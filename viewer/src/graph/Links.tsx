import { memo, type MouseEvent } from "react";
import { ViewportPortal } from "@xyflow/react";
import { useWords } from "../i18n/words";
import type { SceneLink } from "../layout/scene";
import { LINK_COLOURS } from "../theme/linkColours";
import type { PlacedLink, StyledLink } from "./flow";

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

const Line = memo(function Line({ placed: { link, course, name }, className }: StyledLink) {
  const colour = LINK_COLOURS[link.via];
  return (
    <g className={`link ${className}`} role="img" aria-label={name} data-link={link.id}>
      <path
        className={`link-line ${colour} via-${link.via.replace(":", "-")}`}
        d={course.path}
        markerEnd={`url(#tip-${colour})`}
        data-from={link.source}
        data-to={link.target}
        data-via={link.word}
      />
      <path className="link-reach" d={course.path} />
    </g>
  );
});

function Label({ placed: { link, course } }: { placed: PlacedLink }) {
  const { t } = useWords();
  const branch = link.via === "branch:if" ? t("branch.if") : link.via === "branch:else" ? t("branch.else") : null;
  const label = branch ?? link.trigger;
  if (label === null) return null;
  return (
    <span
      className={`link-label ${LINK_COLOURS[link.via]}${link.untaken ? " untaken" : ""}`}
      style={{ transform: `translate(-50%, -50%) translate(${course.middle.x}px, ${course.middle.y}px)` }}
    >
      {label}
    </span>
  );
}

/**
 * All links in one drawing. React Flow's own edges would be a drawing and three listeners each, which every movement of a
 * large graph would feel.
 */
export const Links = memo(function Links({ links, onLink }: { links: readonly StyledLink[]; onLink: LinkHandler }) {
  const onClick = ({ target }: MouseEvent) => {
    const id = (target as Element).closest<SVGElement>("[data-link]")?.dataset["link"];
    const clicked = links.find(({ placed }) => placed.link.id === id);
    if (clicked) onLink(clicked.placed.link);
  };
  return (
    <ViewportPortal>
      <svg className="links" onClick={onClick}>
        {links.map(({ placed, className }) => (
          <Line key={placed.link.id} placed={placed} className={className} />
        ))}
      </svg>
      {links.map(({ placed }) => (
        <Label key={placed.link.id} placed={placed} />
      ))}
    </ViewportPortal>
  );
});

export type LinkHandler = (link: SceneLink) => void;
