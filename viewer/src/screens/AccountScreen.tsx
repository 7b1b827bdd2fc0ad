import type { ApiFailure } from "../api/client";
import type { PipelinePage } from "../api/types";
import { useWords } from "../i18n/words";
import { Icon } from "../icons/Icon";
import { useAccount } from "../state/useAccount";
import { usePipelines, type Paged } from "../state/usePages";
import { withPipeline } from "../state/view";
import { PipelineChooser, RegionChooser } from "../toolbar/choosers";
import { Failure } from "../ui/Failure";
import { Loading } from "../ui/Loading";
import { Code } from "../ui/values";
import { AccountOverview } from "./AccountOverview";
import { PipelineList } from "./PipelineList";
import { Page, Shell, type ScreenProps } from "./Shell";

/** Home: the account as a whole; the region's list of pipelines where the service cannot answer for the account. */
export function AccountScreen({ view, change, theme }: ScreenProps) {
  const { t } = useWords();
  const pipelines = usePipelines(view.region, view.domain);
  const account = useAccount(view.region);
  const reload = () => {
    account.reload();
    pipelines.reload();
  };
  const { data, failure, loading } = account;
  return (
    <Shell
      {...{ view, change, theme }}
      choosers={
        <>
          <RegionChooser view={view} change={change} pipelines={pipelines} />
          <PipelineChooser view={view} change={change} pipelines={pipelines} />
        </>
      }
      busy={loading}
      onRefresh={reload}
      failures={[pipelines.failure]}
    >
      <Page>
        {data && view.domain === null ? (
          <AccountOverview page={data} loading={loading} view={view} change={change} />
        ) : failure || view.domain !== null ? (
          <Fallback {...{ view, change, pipelines, failure }} />
        ) : (
          <Loading title={t("load.account")} hint={t("load.accountHint")} since={account.since} />
        )}
      </Page>
    </Shell>
  );
}

interface FallbackProps extends Pick<ScreenProps, "view" | "change"> {
  pipelines: Paged<PipelinePage>;
  failure: ApiFailure | null;
}

function Fallback({ view, change, pipelines, failure: ofAccount }: FallbackProps) {
  const { t } = useWords();
  const { data, failure, loading } = pipelines;
  const region = view.region ?? data?.region ?? t("choose.regionDefault");
  const onPick = (pipeline: string) => change((view) => withPipeline(view, pipeline));
  if (data) {
    const notice = ofAccount && <StoreNotice failure={ofAccount} />;
    return <PipelineList {...{ pipelines, region, onPick, notice }} page={data} />;
  }
  if (failure && !loading) return <Failure failure={failure} region={region} onRetry={pipelines.reload} />;
  return <Loading title={t("load.pipelines")} since={pipelines.since} />;
}

/** Why the account as a whole is not shown, and what to do for it. */
function StoreNotice({ failure }: { failure: ApiFailure }) {
  const { t } = useWords();
  return (
    <details className="notice" data-notice="store">
      <summary>
        <Icon name="info" size={15} /> {t("store.title")}
      </summary>
      <p>{t("store.why")}</p>
      <ol>
        <li>
          {t("store.scan")} <Code text="sagemaker-lineage scan --region REGION --store DIR" copy />
        </li>
        <li>
          {t("store.set")} <Code text="LINEAGE_STORE" copy />
        </li>
      </ol>
      {failure.message && (
        <p className="muted">
          {t("fail.said")}: <bdi>{failure.message}</bdi>
        </p>
      )}
    </details>
  );
}
