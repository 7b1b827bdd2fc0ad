import type { ReactNode } from "react";
import type { PipelinePage } from "../api/types";
import { useWords } from "../i18n/words";
import { Icon } from "../icons/Icon";
import type { Paged } from "../state/usePages";
import type { Change } from "../state/useView";
import type { View } from "../state/view";
import { FilterBox } from "../ui/FilterBox";
import { Warnings } from "../ui/Warnings";
import { StatusChip, Time } from "../ui/values";

interface ListProps {
  pipelines: Paged<PipelinePage>;
  page: PipelinePage;
  region: string;
  view: View;
  change: (change: Change) => void;
  onPick: (name: string) => void;
  /** Stands above the list. */
  notice?: ReactNode;
}

/** The region's pipelines, to choose one from. */
export function PipelineList({ pipelines, page, region, view, change, onPick, notice }: ListProps) {
  const { t } = useWords();
  const wanted = view.search.trim().toLowerCase();
  const shown = page.pipelines.filter(({ name, displayName }) =>
    `${name}\n${displayName ?? ""}`.toLowerCase().includes(wanted),
  );
  if (page.pipelines.length === 0) {
    return (
      <div className="state" data-state="empty">
        <span className="state-icon">
          <Icon name="lineage" size={40} />
        </span>
        <h1>{t("home.empty")}</h1>
        <p>{t("home.emptyHint", { region })}</p>
        {page.warnings.length > 0 && (
          <div className="home-warnings">
            <Warnings warnings={page.warnings} />
          </div>
        )}
      </div>
    );
  }
  return (
    <div className="home">
      <h1>{t("home.title")}</h1>
      <p className="muted">{t("home.lead")}</p>
      {notice}
      <div className="home-bar">
        <FilterBox label={t("choose.filter")} text={view.search} onText={(search) => change({ search })} />
        <span className="muted">
          {t(pipelines.more ? "home.countMore" : "home.count", { count: page.pipelines.length, region })}
        </span>
      </div>
      <div className="home-list">
        <table>
          <thead>
            <tr>
              <th scope="col">{t("home.name")}</th>
              <th scope="col">{t("home.status")}</th>
              <th scope="col">{t("home.lastRun")}</th>
              <th scope="col">{t("home.modified")}</th>
            </tr>
          </thead>
          <tbody>
            {shown.map((entry) => (
              <tr key={entry.name} data-pipeline={entry.name}>
                <th scope="row">
                  <button type="button" className="place-link" onClick={() => onPick(entry.name)}>
                    <bdi>{entry.name}</bdi>
                  </button>
                  {entry.displayName && entry.displayName !== entry.name && (
                    <small className="muted">
                      <bdi>{entry.displayName}</bdi>
                    </small>
                  )}
                </th>
                <td>
                  {entry.latestStatus ? (
                    <StatusChip status={entry.latestStatus} />
                  ) : (
                    <span className="muted">{t("home.never")}</span>
                  )}
                </td>
                <td>{entry.lastExecutionTime && <Time iso={entry.lastExecutionTime} />}</td>
                <td>{entry.lastModifiedTime && <Time iso={entry.lastModifiedTime} />}</td>
              </tr>
            ))}
          </tbody>
        </table>
        {shown.length === 0 && <p className="muted">{t("choose.none")}</p>}
      </div>
      {pipelines.more && (
        <p>
          <button type="button" onClick={pipelines.more}>
            {t("choose.more")}
          </button>
        </p>
      )}
      {page.warnings.length > 0 && (
        <div className="home-warnings">
          <Warnings warnings={page.warnings} />
        </div>
      )}
    </div>
  );
}
