import { useCallback, useMemo } from "react";
import { getLineage, type ApiFailure } from "../api/client";
import type { Lineage, PipelinePage } from "../api/types";
import { lineageBox } from "../export/svg";
import { useWords } from "../i18n/words";
import { Icon } from "../icons/Icon";
import { buildScene, type Scene } from "../layout/scene";
import { useLayout } from "../layout/useLayout";
import { isLive } from "../model/status";
import { useKey } from "../state/useKey";
import { useLoad, type Loaded } from "../state/useLoad";
import { useExecutions, usePipelines, type Paged } from "../state/usePages";
import { useRefresh } from "../state/useRefresh";
import { lineageQuery, withComparison, withoutPipeline, withStart, type View } from "../state/view";
import { ExportMenu } from "../toolbar/ExportMenu";
import { ExecutionChooser, PipelineChooser, RegionChooser } from "../toolbar/choosers";
import { useExports } from "../toolbar/useExports";
import { Failure } from "../ui/Failure";
import { Loading } from "../ui/Loading";
import { LineageWorkspace } from "./LineageWorkspace";
import { Page, Shell, type ScreenProps } from "./Shell";

const EMPTY: Scene = { boxes: [], links: [], flow: [] };

function useLineage(view: View): Loaded<Lineage> {
  const query = lineageQuery(view);
  return useLoad(`lineage\n${JSON.stringify(query)}`, (signal) => getLineage(query, signal));
}

/** One pipeline's lineage: what it shows of one execution, or of its definition. */
export function LineageScreen({ view, change, theme }: ScreenProps) {
  const pipelines = usePipelines(view.region, view.domain);
  const executions = useExecutions(view.pipeline, view.region);
  const answer = useLineage(view);
  const lineage = answer.data;
  const scene = useMemo(() => (lineage ? buildScene(lineage, view.show) : EMPTY), [lineage, view.show]);
  const laidOut = useLayout(scene, view.direction);
  const live = isLive(lineage?.execution?.status);
  const digest = useMemo(() => (lineage ? JSON.stringify(lineage.raw) : ""), [lineage]);
  const refresh = useRefresh(live, answer.loading, digest, answer.reload);
  const reloadAll = useCallback(() => {
    pipelines.reload();
    executions.reload();
    answer.reload();
  }, [pipelines.reload, executions.reload, answer.reload]);
  const { t } = useWords();
  const compare = useCallback(
    () => change((view) => withComparison(view, view.execution ?? "latest-1", "latest")),
    [change],
  );
  useKey("d", compare);
  const exports = useExports({
    title: t("graph.label", { name: view.pipeline ?? "" }),
    layout: laidOut.state === "ready" ? laidOut.layout : null,
    boxes: () => scene.boxes.map(lineageBox),
    links: scene.links,
    raw: lineage?.raw ?? null,
  });
  const lists = { view, change, pipelines };
  return (
    <Shell
      {...{ view, change, theme }}
      choosers={
        <>
          <RegionChooser {...lists} />
          <PipelineChooser {...lists} />
          <ExecutionChooser view={view} change={change} executions={executions} lineage={lineage} />
        </>
      }
      switches={
        <>
          <PostureSwitch view={view} change={change} />
          <button
            type="button"
            className="control"
            data-compare
            aria-label={t("diff.compare")}
            title={t("diff.compare")}
            aria-keyshortcuts="d"
            onClick={compare}
          >
            <Icon name="compare" />
          </button>
          <button
            type="button"
            className="control"
            data-impact
            aria-label={t("impact.of", { name: view.pipeline ?? "" })}
            title={t("impact.of", { name: view.pipeline ?? "" })}
            onClick={() => change((view) => withStart(view, `pipeline:${view.pipeline}`))}
          >
            <Icon name="reach" />
          </button>
        </>
      }
      exportMenu={lineage && <ExportMenu name={lineage.pipeline.name} items={exports} />}
      busy={answer.loading}
      onRefresh={reloadAll}
      failures={[answer.failure, pipelines.failure]}
    >
      {lineage ? (
        <LineageWorkspace
          key={view.pipeline}
          {...{ view, change, lineage, scene, laidOut, refresh, live }}
          stale={answer.loading ? null : reasonOf(answer.failure)}
        />
      ) : (
        <Page>
          <Waiting view={view} change={change} answer={answer} pipelines={pipelines} />
        </Page>
      )}
    </Shell>
  );
}

function reasonOf(failure: ApiFailure | null): string | null {
  return failure && (failure.message || `HTTP ${failure.status}`);
}

function PostureSwitch({ view, change }: Pick<ScreenProps, "view" | "change">) {
  const { t } = useWords();
  return (
    <label className="switch" title={t("option.fullHint")}>
      <input
        type="checkbox"
        role="switch"
        checked={view.posture === "full"}
        onChange={(event) => change({ posture: event.target.checked ? "full" : "basic" })}
      />
      <span>{t("option.full")}</span>
    </label>
  );
}

interface WaitingProps extends Pick<ScreenProps, "view" | "change"> {
  answer: Loaded<Lineage>;
  pipelines: Paged<PipelinePage>;
}

function Waiting({ view, change, answer, pipelines }: WaitingProps) {
  const { t } = useWords();
  if (answer.failure && !answer.loading) {
    return (
      <Failure
        failure={answer.failure}
        pipeline={view.pipeline}
        region={view.region ?? pipelines.data?.region ?? t("choose.regionDefault")}
        onRetry={answer.reload}
        onLatest={view.execution ? () => change({ execution: null }) : undefined}
        onChoose={() => change(withoutPipeline)}
      />
    );
  }
  return <Loading whole title={t("load.lineage")} hint={t("load.lineageHint")} since={answer.since} />;
}
