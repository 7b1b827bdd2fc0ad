import { useState, type ReactNode } from "react";
import { useWords } from "../i18n/words";
import { Icon } from "../icons/Icon";
import { SHIELD_ICONS } from "../icons/paths";
import { VIAS, type Scene, type Via } from "../layout/scene";
import { toneOf } from "../model/status";
import { isTemplate } from "../model/template";
import type { Drawn } from "../state/view";
import { LINK_COLOURS } from "../theme/linkColours";

const STATUSES = ["Succeeded", "Failed", "Executing", "Stopped"] as const;

function LineSample({ via }: { via: Via }) {
  const colour = LINK_COLOURS[via];
  return (
    <svg width="30" height="10" aria-hidden="true">
      <path
        className={`link-line ${colour} via-${via.replace(":", "-")}`}
        d="M1 5H28"
        markerEnd={`url(#tip-${colour})`}
      />
    </svg>
  );
}

function Group({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div className="legend-group">
      <h2>{title}</h2>
      <ul>{children}</ul>
    </div>
  );
}

export function Legend({ scene, show }: { scene: Scene; show: Drawn }) {
  const { t, term } = useWords();
  const [open, setOpen] = useState(() => window.innerHeight >= 620 && window.innerWidth >= 1240);
  const hasTemplates = scene.boxes.some(({ artifact }) => artifact !== null && isTemplate(artifact.uri));
  const present = new Set(scene.links.map((link) => link.via));
  const vias: Via[] = [
    ...VIAS.filter((via) => present.has(via)),
    ...(present.has("other") ? (["other"] as const) : []),
  ];
  return (
    <section className="legend" aria-label={t("graph.legend")}>
      <button type="button" className="legend-toggle" aria-expanded={open} onClick={() => setOpen(!open)}>
        <Icon name={open ? "down" : "right"} size={13} />
        {t("graph.legend")}
      </button>
      {open && (
        <div className="legend-body">
          <Group title={t("legend.status")}>
            {STATUSES.map((status) => (
              <li key={status} className={`tone-${toneOf(status)}`}>
                <Icon name={toneOf(status)} size={14} /> {term("status", status)}
              </li>
            ))}
            <li className="tone-idle">
              <Icon name="idle" size={14} /> {t("status.none")}
            </li>
            <li className="legend-untaken">
              <span aria-hidden="true" /> {t("legend.untaken")}
            </li>
          </Group>
          {vias.length > 0 && (
            <Group title={t("legend.edges")}>
              {vias.map((via) => (
                <li key={via} title={via === "ref:Get" && show === "data" ? t("legend.carried") : undefined}>
                  <LineSample via={via} /> {t(`via.${via}`)}
                </li>
              ))}
            </Group>
          )}
          {show === "data" && (
            <Group title={t("legend.shields")}>
              {(["green", "amber", "red", "grey"] as const).map((shield) => (
                <li key={shield} className={`shield-${shield}`}>
                  <Icon name={SHIELD_ICONS[shield]} size={15} /> {t(`shield.legend.${shield}`)}
                </li>
              ))}
              {hasTemplates && (
                <li className="legend-template" title={t("template.hint")}>
                  <span aria-hidden="true" /> {t("template.name")}
                </li>
              )}
            </Group>
          )}
          {show === "data" && <p className="visually-hidden">{t("legend.carried")}</p>}
        </div>
      )}
    </section>
  );
}
