import type { AccountPage } from "../api/accountTypes";
import type { PipelinePage } from "../api/types";
import { useWords } from "../i18n/words";
import { isEmptyStore, isTooLarge } from "../model/account";
import { useAccount } from "../state/useAccount";
import { usePipelines, type Paged } from "../state/usePages";
import { withPipeline } from "../state/view";
import { PipelineChooser, RegionChooser } from "../toolbar/choosers";
import { Failure } from "../ui/Failure";
import { Loading } from "../ui/Loading";
import { StoreNotice } from "../ui/StoreNotice";
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
  const { data, failure } = account;
  const whole = data && view.domain === null && !isTooLarge(data.coverage) && !isEmptyStore(data) ? data : null;
  return (
    <Shell
      {...{ view, change, theme }}
      choosers={
        <>
          <RegionChooser view={view} change={change} pipelines={pipelines} />
          <PipelineChooser view={view} change={change} pipelines={pipelines} />
        </>
      }
      busy={account.loading}
      onRefresh={reload}
      failures={[pipelines.failure]}
    >
      <Page>
        {whole ? (
          <AccountOverview account={account} page={whole} view={view} change={change} />
        ) : data || failure || view.domain !== null ? (
          <Fallback {...{ view, change, pipelines, account }} />
        ) : (
          <Loading whole title={t("load.account")} hint={t("load.accountHint")} since={account.since} />
        )}
      </Page>
    </Shell>
  );
}

interface FallbackProps extends Pick<ScreenProps, "view" | "change"> {
  pipelines: Paged<PipelinePage>;
  account: Paged<AccountPage>;
}

function Fallback({ view, change, pipelines, account }: FallbackProps) {
  const { t } = useWords();
  const { data, failure, loading } = pipelines;
  const region = view.region ?? data?.region ?? t("choose.regionDefault");
  if (data) {
    const notice = account.failure ? (
      <StoreNotice
        why={account.failure.status === 502 ? "broken" : "none"}
        region={region}
        message={account.failure.message}
      />
    ) : (
      account.data && (
        <StoreNotice
          why={isEmptyStore(account.data) ? "empty" : "large"}
          region={region}
          known={account.data.coverage.known}
        />
      )
    );
    return (
      <PipelineList
        {...{ pipelines, region, view, change, notice }}
        page={data}
        onPick={(pipeline) => change((view) => withPipeline(view, pipeline))}
      />
    );
  }
  if (failure && !loading) return <Failure failure={failure} region={region} onRetry={pipelines.reload} />;
  return <Loading whole title={t("load.pipelines")} since={pipelines.since} />;
}
