import { useState } from "react";
import { LINK_COLOURS } from "../export/svg";
import { Icon } from "../icons/Icon";
import { SHIELD_ICONS } from "../icons/paths";
import { useWords } from "../i18n/words";
import { VIAS, type Scene, type Via } from "../layout/scene";
import { toneOf } from "../model/status";
import type { Drawn } from "../state/view";

const STATUSES = ["Succeeded", "Failed", "Executing", "Stopped"] as const;

function LineSample({ via }: { via: Via }) {
  return (
    <svg width="34" height="10" aria-hidden="true">
      <path className={`link-line ${LINK_COLOURS[via]} via-${via.replace(":", "-")}`} d="M1 5H27" markerEnd={`url(#tip-${LINK_COLOURS[via]})`} />
    </svg>
  );
}

export function Legend({ scene, show }: { scene: Scene; show: Drawn }) {
  const { t, term } = useWords();
  const [open, setOpen] = useState(() => window.innerWidth >= 900);
  const present = new Set(scene.links.map((link) => link.via));
  const vias: Via[] = [...VIAS.filter((via) => present.has(via)), ...(present.has("other") ? (["other"] as const) : [])];
  return (
    <section className="legend" aria-label={t("graph.legend")}>
      <button type="button" className="legend-toggle" aria-expanded={open} onClick={() => setOpen(!open)}>
        <Icon name={open ? "down" : "right"} size={14} />
        {t("graph.legend")}
      </button>
      {open && (
        <div className="legend-body">
          <h3>{t("legend.status")}</h3>
          <ul>
            {STATUSES.map((status) => (
              <li key={status} className={`tone-${toneOf(status)}`}>
                <Icon name={toneOf(status)} size={14} /> {term("status", status)}
              </li>
            ))}
            <li className="tone-idle"><Icon name="idle" size={14} /> {t("status.none")}</li>
            <li className="legend-untaken"><span aria-hidden="true" /> {t("legend.untaken")}</li>
          </ul>
          {vias.length > 0 && (
            <>
              <h3>{t("legend.edges")}</h3>
              <ul>
                {vias.map((via) => (
                  <li key={via}><LineSample via={via} /> {t(`via.${via}`)}</li>
                ))}
              </ul>
            </>
          )}
          {show === "data" && (
            <>
              <h3>{t("legend.shields")}</h3>
              <ul>
                {(["green", "amber", "red", "grey"] as const).map((shield) => (
                  <li key={shield} className={`shield-${shield}`}>
                    <Icon name={SHIELD_ICONS[shield]} size={15} /> {t(`shield.legend.${shield}`)}
                  </li>
                ))}
              </ul>
              <p>{t("legend.carried")}</p>
            </>
          )}
        </div>
      )}
    </section>
  );
}
