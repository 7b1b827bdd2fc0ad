import { useState } from "react";
import type { Difference } from "../api/accountTypes";
import { getDifference } from "../api/client";
import type { ExecutionPage } from "../api/types";
import { useWords } from "../i18n/words";
import { Icon } from "../icons/Icon";
import { shortName } from "../model/arn";
import { useLoad } from "../state/useLoad";
import { useExecutions, usePipelines, type Paged } from "../state/usePages";
import { differenceQuery, withComparison, withPipeline } from "../state/view";
import { ExportMenu, type ExportItem } from "../toolbar/ExportMenu";
import { PipelineChooser, RegionChooser } from "../toolbar/choosers";
import { Chooser, type Choice } from "../ui/Chooser";
import { Failure } from "../ui/Failure";
import { Loading } from "../ui/Loading";
import { StaleNote } from "../ui/StaleNote";
import { DifferenceWorkspace } from "./DifferenceWorkspace";
import { Page, Shell, type ScreenProps } from "./Shell";

/** Two executions of a pipeline over one graph: what came, went and changed between them. */
export function DifferenceScreen({ view, change, theme }: ScreenProps) {
  const { t } = useWords();
  const pipelines = usePipelines(view.region, view.domain);
  const executions = useExecutions(view.pipeline, view.region);
  const query = differenceQuery(view);
  const answer = useLoad<Difference>(`diff\n${JSON.stringify(query)}`, (signal) => getDifference(query, signal));
  const [exports, setExports] = useState<readonly ExportItem[]>([]);
  const lists = { view, change, pipelines };
  const side = (which: "from" | "to") => (
    <SideChooser
      name={which}
      label={t(`diff.${which}`)}
      current={query[which] ?? "latest"}
      executions={executions}
      onPick={(id) => change({ [which]: id, select: null })}
    />
  );
  return (
    <Shell
      {...{ view, change, theme }}
      choosers={
        <>
          <RegionChooser {...lists} />
          <PipelineChooser {...lists} />
          {side("from")}
          <button
            type="button"
            className="control"
            data-swap
            aria-label={t("diff.swap")}
            title={t("diff.swap")}
            onClick={() => change((view) => withComparison(view, query["to"] ?? "latest", query["from"] ?? "latest-1"))}
          >
            <Icon name="transform" />
          </button>
          {side("to")}
        </>
      }
      exportMenu={answer.data && <ExportMenu name={`${view.pipeline ?? ""}-diff`} items={exports} />}
      busy={answer.loading}
      onRefresh={answer.reload}
      failures={[answer.failure]}
    >
      {answer.data ? (
        <DifferenceWorkspace
          key={`${view.pipeline} ${view.from} ${view.to}`}
          difference={answer.data}
          stale={<StaleNote failure={answer.failure} onRetry={answer.reload} />}
          view={view}
          change={change}
          onExports={setExports}
        />
      ) : (
        <Page>
          {answer.failure && !answer.loading ? (
            <Failure
              failure={answer.failure}
              subject="difference"
              pipeline={view.pipeline}
              region={view.region ?? pipelines.data?.region ?? t("choose.regionDefault")}
              onRetry={answer.reload}
              onLatest={() => change((view) => withPipeline(view, view.pipeline ?? ""))}
            />
          ) : (
            <Loading whole title={t("load.difference")} hint={t("load.lineageHint")} since={answer.since} />
          )}
        </Page>
      )}
    </Shell>
  );
}

interface SideProps {
  name: "from" | "to";
  label: string;
  current: string;
  executions: Paged<ExecutionPage>;
  onPick: (id: string) => void;
}

function SideChooser({ name, label, current, executions, onPick }: SideProps) {
  const { t, time } = useWords();
  const choices: Choice[] = [
    { id: "latest", title: t("choose.latest") },
    { id: "latest-1", title: t("diff.previous") },
    { id: "definition", title: t("choose.noExecution"), subtitle: t("choose.noExecutionHint") },
    ...(executions.data?.executions ?? []).map((entry) => ({
      id: shortName(entry.arn),
      title: entry.displayName ?? shortName(entry.arn),
      subtitle: entry.startTime && time(entry.startTime),
      status: entry.status,
    })),
  ];
  const short = shortName(current);
  return (
    <Chooser
      name={name}
      label={label}
      shown={choices.find(({ id }) => id === short)?.title ?? short}
      choices={choices}
      current={short}
      onPick={onPick}
      exact
      footer={
        executions.more && (
          <div className="popover-footer">
            <button type="button" onClick={executions.more}>
              {t("choose.more")}
            </button>
          </div>
        )
      }
    />
  );
}
