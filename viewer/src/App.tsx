import { useCallback, useEffect, useMemo, useSyncExternalStore } from "react";
import { getLineage, type ApiFailure } from "./api/client";
import type { Lineage } from "./api/types";
import { ExportMenu } from "./chrome/ExportMenu";
import { TopBar } from "./chrome/TopBar";
import { say } from "./i18n/format";
import { useWords, WordsProvider } from "./i18n/words";
import { buildScene, type Scene } from "./layout/scene";
import { useLayout, type LayoutState } from "./layout/useLayout";
import { LineageView } from "./LineageView";
import { isLive } from "./model/status";
import { useLoad, type Loaded } from "./state/useLoad";
import { useExecutions, usePipelines, type Paged } from "./state/usePages";
import { useRefresh } from "./state/useRefresh";
import { useView, type Change } from "./state/useView";
import { lineageQuery, withoutPipeline, type View } from "./state/view";
import { Failure } from "./states/Failure";
import { Home } from "./states/Home";
import { KeyPrompt } from "./states/KeyPrompt";
import { Loading } from "./states/Loading";
import { languageOf, themeOf } from "./theme/preference";
import type { PipelinePage } from "./api/types";

const EMPTY: Scene = { boxes: [], links: [], flow: [] };
const DARK = window.matchMedia("(prefers-color-scheme: dark)");

function useBrowserDark(): boolean {
  return useSyncExternalStore(
    (changed) => {
      DARK.addEventListener("change", changed);
      return () => DARK.removeEventListener("change", changed);
    },
    () => DARK.matches,
  );
}

/** Language, theme and title of the document itself. */
function useDocument(view: View) {
  const language = languageOf(view);
  const theme = themeOf(view);
  const browserDark = useBrowserDark();
  useEffect(() => {
    document.documentElement.lang = language;
    if (theme) document.documentElement.dataset["theme"] = theme;
    else delete document.documentElement.dataset["theme"];
    const title = say(language, "app.title");
    document.title = view.pipeline ? `${view.pipeline} · ${title}` : title;
  }, [language, theme, view.pipeline]);
  return { language, theme: theme ?? (browserDark ? ("dark" as const) : ("light" as const)) };
}

function useLineage(view: View): Loaded<Lineage> {
  const query = lineageQuery(view);
  return useLoad(view.pipeline === null ? null : JSON.stringify(query), (signal) => getLineage(query, signal));
}

export function App() {
  const [view, change] = useView();
  const { language, theme } = useDocument(view);
  return (
    <WordsProvider language={language}>
      <Page view={view} change={change} theme={theme} />
    </WordsProvider>
  );
}

function Page({ view, change, theme }: { view: View; change: (change: Change) => void; theme: "light" | "dark" }) {
  const { t } = useWords();
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

  const exportMenu = lineage && (
    <ExportMenu lineage={lineage} scene={scene} layout={laidOut.state === "ready" ? laidOut.layout : null} />
  );
  const keyWanted = [answer.failure, pipelines.failure].find((failure) => failure?.wantsKey);
  return (
    <div className="app">
      <a
        className="skip"
        href="#graph"
        onClick={(event) => {
          event.preventDefault();
          document.getElementById("graph")?.focus();
        }}
      >
        {t("app.skip")}
      </a>
      <TopBar
        view={view}
        change={change}
        pipelines={pipelines}
        executions={executions}
        lineage={lineage}
        busy={answer.loading}
        theme={theme}
        onRefresh={reloadAll}
        exportMenu={exportMenu}
      />
      {keyWanted ? (
        <main id="graph" className="page" tabIndex={-1}>
          <KeyPrompt message={keyWanted.message} onKey={reloadAll} />
        </main>
      ) : (
        <Content {...{ view, change, pipelines, answer, scene, laidOut, refresh, live }} />
      )}
    </div>
  );
}

interface ContentProps {
  view: View;
  change: (change: Change) => void;
  pipelines: Paged<PipelinePage>;
  answer: Loaded<Lineage>;
  scene: Scene;
  laidOut: LayoutState;
  refresh: ReturnType<typeof useRefresh>;
  live: boolean;
}

function Content(props: ContentProps) {
  const { view, change, answer, pipelines } = props;
  if (answer.data)
    return (
      <LineageView
        key={view.pipeline}
        {...props}
        lineage={answer.data}
        stale={answer.loading ? null : reasonOf(answer.failure)}
      />
    );
  return (
    <main id="graph" className="page" tabIndex={-1}>
      {view.pipeline ? <Waiting {...props} /> : <Start view={view} change={change} pipelines={pipelines} />}
    </main>
  );
}

function reasonOf(failure: ApiFailure | null): string | null {
  return failure && (failure.message || `HTTP ${failure.status}`);
}

function Waiting({ view, change, answer, pipelines }: ContentProps) {
  const { t } = useWords();
  if (answer.failure && !answer.loading) {
    return (
      <Failure
        failure={answer.failure}
        pipeline={view.pipeline}
        region={view.region ?? pipelines.data?.region ?? t("choose.regionDefault")}
        execution={view.execution}
        onRetry={answer.reload}
        onLatest={() => change({ execution: null })}
        onChoose={() => change(withoutPipeline)}
      />
    );
  }
  return <Loading title={t("load.lineage")} hint={t("load.lineageHint")} since={answer.since} />;
}

function Start({ view, change, pipelines }: Pick<ContentProps, "view" | "change" | "pipelines">) {
  const { t } = useWords();
  const region = view.region ?? pipelines.data?.region ?? t("choose.regionDefault");
  if (pipelines.data) {
    return (
      <Home
        pipelines={pipelines}
        page={pipelines.data}
        region={region}
        onPick={(pipeline) => change((view) => ({ ...withoutPipeline(view), pipeline }))}
      />
    );
  }
  if (pipelines.failure && !pipelines.loading) {
    return (
      <Failure
        failure={pipelines.failure}
        pipeline={null}
        region={region}
        execution={null}
        onRetry={pipelines.reload}
        onLatest={() => undefined}
        onChoose={() => undefined}
      />
    );
  }
  return <Loading title={t("load.pipelines")} since={pipelines.since} />;
}
