import { useMemo, useState } from "react";
import type { Impact } from "../api/accountTypes";
import { getImpact } from "../api/client";
import { useWords } from "../i18n/words";
import { useLoad } from "../state/useLoad";
import { usePipelines } from "../state/usePages";
import { impactQuery, withoutPipeline, withStart, type Way } from "../state/view";
import { ExportMenu, type ExportItem } from "../toolbar/ExportMenu";
import { RegionChooser } from "../toolbar/choosers";
import { Failure } from "../ui/Failure";
import { Loading } from "../ui/Loading";
import { StaleNote } from "../ui/StaleNote";
import { ImpactWorkspace } from "./ImpactWorkspace";
import { Page, Shell, type ScreenProps } from "./Shell";

const WAYS: readonly Way[] = ["both", "downstream", "upstream"];
const DEPTHS = [1, 2, 3, 4, 5, 6, 8, 10, 15, 20];

/** What is reached from one place or thing, and what it was made from. */
export function ImpactScreen({ view, change, theme }: ScreenProps) {
  const { t } = useWords();
  const pipelines = usePipelines(view.region, view.domain);
  const query = impactQuery(view);
  const answer = useLoad<Impact>(`impact\n${JSON.stringify(query)}`, (signal) => getImpact(query, signal));
  const [exports, setExports] = useState<readonly ExportItem[]>([]);
  const name = view.start ?? "";
  const region = view.region ?? pipelines.data?.region ?? t("choose.regionDefault");
  const choosers = useMemo(
    () => (
      <>
        <RegionChooser view={view} change={change} pipelines={pipelines} />
        <StartField key={name} start={name} onStart={(start) => change((view) => withStart(view, start))} />
        <label className="field select">
          <span>{t("impact.direction")}</span>
          <select
            data-choose="direction"
            value={view.way}
            onChange={(event) => change({ way: event.target.value as Way, select: null, more: [] })}
          >
            {WAYS.map((way) => (
              <option key={way} value={way}>
                {t(`impact.${way}`)}
              </option>
            ))}
          </select>
        </label>
        <label className="field select">
          <span>{t("impact.depth")}</span>
          <select
            data-choose="depth"
            value={view.depth ?? ""}
            onChange={(event) => change({ depth: event.target.value === "" ? null : Number(event.target.value) })}
          >
            <option value="">{t("impact.depthAll")}</option>
            {[...new Set([...DEPTHS, ...(view.depth ? [view.depth] : [])])]
              .toSorted((a, b) => a - b)
              .map((depth) => (
                <option key={depth} value={depth}>
                  {depth}
                </option>
              ))}
          </select>
        </label>
      </>
    ),
    [view, change, pipelines, name, t],
  );
  return (
    <Shell
      {...{ view, change, theme, choosers }}
      exportMenu={answer.data && <ExportMenu name={name} items={exports} />}
      busy={answer.loading}
      onRefresh={answer.reload}
      failures={[answer.failure]}
    >
      {answer.data ? (
        <ImpactWorkspace
          key={name}
          impact={answer.data}
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
              subject="impact"
              pipeline={name}
              region={region}
              onRetry={answer.reload}
              onChoose={() => change(withoutPipeline)}
            />
          ) : (
            <Loading whole title={t("load.impact")} hint={t("load.accountHint")} since={answer.since} />
          )}
        </Page>
      )}
    </Shell>
  );
}

function StartField({ start, onStart }: { start: string; onStart: (start: string) => void }) {
  const { t } = useWords();
  const [text, setText] = useState(start);
  return (
    <form
      className="start-field"
      onSubmit={(event) => {
        event.preventDefault();
        if (text.trim() !== "") onStart(text.trim());
      }}
    >
      <label className="field">
        <span>{t("impact.start")}</span>
        <input
          type="text"
          name="start"
          value={text}
          autoComplete="off"
          spellCheck={false}
          onChange={(event) => setText(event.target.value)}
        />
      </label>
    </form>
  );
}
