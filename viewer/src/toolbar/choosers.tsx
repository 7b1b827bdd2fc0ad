import type { ExecutionPage, Lineage, PipelinePage } from "../api/types";
import { useWords } from "../i18n/words";
import { shortName } from "../model/arn";
import type { Paged } from "../state/usePages";
import type { Change } from "../state/useView";
import { withoutPipeline, withPipeline, type View } from "../state/view";
import { Chooser, type Choice } from "../ui/Chooser";
import { REGIONS } from "./regions";

interface ChooserProps {
  view: View;
  change: (change: Change) => void;
  pipelines: Paged<PipelinePage>;
  executions: Paged<ExecutionPage>;
  lineage: Lineage | null;
}

const LATEST = "";
const NO_EXECUTION = "\u0000none";

export function RegionChooser({ view, change, pipelines }: Pick<ChooserProps, "view" | "change" | "pipelines">) {
  const { t } = useWords();
  const known = pipelines.data?.region ?? null;
  const choices: Choice[] = REGIONS.map((region) => ({ id: region, title: region }));
  return (
    <Chooser
      name="region"
      label={t("choose.region")}
      shown={view.region ?? known ?? t("choose.regionDefault")}
      choices={choices}
      current={view.region ?? known}
      onPick={(region) => change((view) => ({ ...withoutPipeline(view), region }))}
      exact
    />
  );
}

export function PipelineChooser({ view, change, pipelines }: Pick<ChooserProps, "view" | "change" | "pipelines">) {
  const { t } = useWords();
  const choices: Choice[] = (pipelines.data?.pipelines ?? []).map((entry) => ({
    id: entry.name,
    title: entry.name,
    subtitle: entry.displayName === entry.name ? null : entry.displayName,
    status: entry.latestStatus ?? "none",
  }));
  const footer = (
    <div className="popover-footer">
      {pipelines.loading && <span className="muted">{t("choose.loading")}</span>}
      {pipelines.more && (
        <button type="button" onClick={pipelines.more}>
          {t("choose.more")}
        </button>
      )}
    </div>
  );
  return (
    <Chooser
      name="pipeline"
      label={t("choose.pipeline")}
      shown={view.pipeline ?? t("choose.pipelinePlaceholder")}
      choices={choices}
      current={view.pipeline}
      onPick={(pipeline) => change((view) => withPipeline(view, pipeline))}
      exact
      footer={footer}
    />
  );
}

export function ExecutionChooser({
  view,
  change,
  executions,
  lineage,
}: Pick<ChooserProps, "view" | "change" | "executions" | "lineage">) {
  const { t, time } = useWords();
  const nameOf = (displayName: string | null, arn: string) => displayName ?? shortName(arn);
  const listed: Choice[] = (executions.data?.executions ?? []).map((entry) => ({
    id: shortName(entry.arn),
    title: nameOf(entry.displayName, entry.arn),
    subtitle: entry.startTime && time(entry.startTime),
    status: entry.status,
  }));
  const choices: Choice[] = [
    { id: LATEST, title: t("choose.latest") },
    { id: NO_EXECUTION, title: t("choose.noExecution"), subtitle: t("choose.noExecutionHint") },
    ...listed,
  ];
  const chosen = view.execution ? shortName(view.execution) : view.includeLatestExec ? LATEST : NO_EXECUTION;
  const run = lineage?.execution;
  const latest = run
    ? t("choose.latestNow", { name: nameOf(run.displayName, run.arn) })
    : t(lineage ? "choose.noExecutions" : "choose.latest");
  const shown = chosen === LATEST ? latest : (choices.find(({ id }) => id === chosen)?.title ?? chosen);
  const pick = (id: string) =>
    change({ execution: id === LATEST || id === NO_EXECUTION ? null : id, includeLatestExec: id !== NO_EXECUTION });
  const footer = (
    <div className="popover-footer">
      {executions.loading && <span className="muted">{t("choose.loading")}</span>}
      {executions.failure && <span className="muted">{t("choose.executionsFailed")}</span>}
      {executions.more && (
        <button type="button" onClick={executions.more}>
          {t("choose.more")}
        </button>
      )}
    </div>
  );
  return (
    <Chooser
      name="execution"
      label={t("choose.execution")}
      shown={shown}
      choices={choices}
      current={chosen}
      onPick={pick}
      onOpen={executions.data ? executions.reload : undefined}
      footer={footer}
    />
  );
}
