import type { AccountPage, AccountPipeline, AccountPlace } from "../api/accountTypes";
import { download, fileName } from "../export/files";
import { useWords } from "../i18n/words";
import { Icon } from "../icons/Icon";
import { accountHits, attention, byReason, type Attention } from "../model/account";
import { toCsv } from "../model/table";
import type { Paged } from "../state/usePages";
import type { Change } from "../state/useView";
import { withPipeline, withStart, type View } from "../state/view";
import { CoverageLine } from "../ui/CoverageLine";
import { FindingCounts, gravity, Protection, SensitiveMark } from "../ui/Marks";
import { NameList } from "../ui/NameList";
import { SearchBox } from "../ui/SearchBox";
import { StaleNote } from "../ui/StaleNote";
import { StoreNotice } from "../ui/StoreNotice";
import { Table, type ShownColumn } from "../ui/Table";
import { Warnings } from "../ui/Warnings";
import { Code, CopyButton, StatusChip, Time } from "../ui/values";

interface OverviewProps {
  page: AccountPage;
  account: Paged<AccountPage>;
  view: View;
  change: (change: Change) => void;
}

/** The whole account: what needs attention first, how much there is, and its pipelines and places. */
export function AccountOverview({ page, account, view, change }: OverviewProps) {
  const { t } = useWords();
  const { coverage } = page;
  const toStart = (start: string) => change((view) => withStart(view, start));
  const toPipeline: ToPipeline = ({ name, region }) => change((view) => withPipeline(view, name, region));
  return (
    <div className="account">
      <header className="account-head">
        <h1>{t("account.title")}</h1>
        <CoverageLine coverage={coverage} />
      </header>
      <StaleNote failure={account.failure} onRetry={account.reload} />
      {coverage.asOf === null && (
        <StoreNotice why="live" region={page.region ?? coverage.regions[0] ?? t("choose.regionDefault")} />
      )}
      <SearchBox
        label={t("account.search")}
        query={view.search}
        hits={accountHits(page, view.search)}
        onQuery={(search) => change({ search })}
        onPick={toStart}
      />
      <AttentionList items={attention(page)} onStart={toStart} onPipeline={toPipeline} />
      <Totals page={page} />
      <Lists {...{ page, account, view, change, toStart, toPipeline }} />
      {page.warnings.length > 0 && <Warnings warnings={page.warnings} />}
    </div>
  );
}

type ToPipeline = (pipeline: Pick<AccountPipeline, "name" | "region">) => void;

interface AttentionProps {
  items: Attention[];
  onStart: (start: string) => void;
  onPipeline: ToPipeline;
}

function AttentionList({ items, onStart, onPipeline }: AttentionProps) {
  const { t, number } = useWords();
  if (items.length === 0) return null;
  return (
    <section className="attention" aria-label={t("account.attention")}>
      <h2>{t("account.attention")}</h2>
      <ul>
        {items.map((item, i) => (
          <li key={i} data-attention={item.why}>
            {item.why === "unread" ? (
              <div className="attention-card">
                <Icon name="warn" />
                <span>
                  <strong>{t("coverage.unread", { count: number(item.pipelines.length) })}</strong>
                  <small>
                    <bdi>{item.actions.join(", ")}</bdi>
                  </small>
                </span>
              </div>
            ) : (
              <button
                type="button"
                className={`attention-card ${item.why === "critical" ? "tone-bad" : "shield-red"}`}
                onClick={() =>
                  item.why === "critical" ? onPipeline(item.pipeline) : onStart(`s3://${item.place.bucket}/`)
                }
              >
                <Icon name={item.why === "critical" ? "bad" : "shieldOpen"} />
                <span>
                  <strong>
                    <bdi>{item.why === "critical" ? item.pipeline.name : item.place.bucket}</bdi>
                  </strong>
                  <small>
                    {item.why === "critical"
                      ? t("account.critical", { count: number(item.pipeline.findings["Critical"] ?? 0) })
                      : t(`account.${item.why}`)}
                  </small>
                </span>
              </button>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}

const TOTALS = ["pipelines", "steps", "data", "packages", "models", "endpoints"] as const;

function Totals({ page }: { page: AccountPage }) {
  const { t, number } = useWords();
  return (
    <dl className="totals">
      {TOTALS.filter((name) => page.totals[name] !== undefined).map((name) => (
        <div key={name} data-total={name}>
          <dt>{t(`total.${name}`)}</dt>
          <dd>{number(page.totals[name] ?? 0)}</dd>
        </div>
      ))}
      <div className="totals-findings">
        <dt>{t("overview.findings")}</dt>
        <dd>
          <FindingCounts counts={page.findings} />
        </dd>
      </div>
    </dl>
  );
}

interface ListsProps extends OverviewProps {
  toStart: (start: string) => void;
  toPipeline: ToPipeline;
}

function Lists({ page, account, view, change, toStart, toPipeline }: ListsProps) {
  const { t, number } = useWords();
  const words = view.search.toLowerCase().split(/\s+/).filter(Boolean);
  const matches = (...texts: string[]) => words.every((word) => texts.join("\n").toLowerCase().includes(word));
  const pipelines = page.pipelines.filter((row) => matches(row.name, row.status ?? "", ...row.publicPlaces));
  const places = page.places.filter((row) => matches(row.bucket, row.publicAccess, row.encryption));
  const pipelineColumns = usePipelineColumns(toPipeline, toStart);
  const regions = new Map(page.pipelines.map(({ name, region }) => [name, region]));
  const placeColumns = usePlaceColumns(toStart, (name) => toPipeline({ name, region: regions.get(name) ?? null }));
  const shared = { sort: view.sort, onSort: (sort: string | null) => change({ sort }) };
  const csv = () => (view.list === "pipelines" ? toCsv(pipelineColumns, pipelines) : toCsv(placeColumns, places));
  const counts = { pipelines: pipelines.length, places: places.length };
  return (
    <section className="account-lists" aria-label={t("account.lists")}>
      <div className="account-bar">
        <div className="segments" role="group" aria-label={t("account.lists")}>
          {(["pipelines", "places"] as const).map((list) => (
            <button
              key={list}
              type="button"
              data-list={list}
              aria-pressed={view.list === list}
              onClick={() => change({ list, sort: null })}
            >
              {t(`account.${list}`)} <span className="count">{number(counts[list])}</span>
            </button>
          ))}
        </div>
        {page.nextToken !== null && <Rest account={account} />}
        <button
          type="button"
          className="plain"
          data-export="csv"
          onClick={() => download(new Blob([csv()], { type: "text/csv" }), fileName(`account-${view.list}`, "csv"))}
        >
          <Icon name="download" size={14} /> CSV
        </button>
      </div>
      <div className="home-list" tabIndex={0} role="region" aria-label={t(`account.${view.list}`)}>
        {view.list === "pipelines" ? (
          <Table
            caption={t("account.pipelines")}
            columns={pipelineColumns}
            rows={pipelines}
            rowKey={({ name, region }) => `${region} ${name}`}
            rowData={({ name }) => ({ "data-pipeline": name })}
            {...shared}
          />
        ) : (
          <Table
            caption={t("account.places")}
            columns={placeColumns}
            rows={places}
            rowKey={({ bucket }) => bucket}
            rowData={({ bucket }) => ({ "data-bucket": bucket })}
            {...shared}
          />
        )}
      </div>
    </section>
  );
}

/** Rows that are still missing: said, and fetched on demand where that does not go on by itself. */
function Rest({ account: { more, missed } }: { account: Paged<AccountPage> }) {
  const { t } = useWords();
  if (!missed) return <span className="muted">{t("choose.loading")}</span>;
  return (
    <span className="problem" role="alert">
      {t("account.rest", { reason: missed.message || t("fail.status", { status: missed.status }) })}{" "}
      {more && (
        <button type="button" onClick={more}>
          {t("choose.more")}
        </button>
      )}
    </span>
  );
}

function usePipelineColumns(toPipeline: ToPipeline, toStart: (start: string) => void): ShownColumn<AccountPipeline>[] {
  const { t, sentence } = useWords();
  return [
    {
      key: "name",
      title: t("home.name"),
      value: ({ name }) => name,
      cell: ({ name, region }) => (
        <span className="row-name">
          <button type="button" className="place-link" onClick={() => toPipeline({ name, region })}>
            <bdi>{name}</bdi>
          </button>
          <CopyButton text={name} />
          <button
            type="button"
            className="copy"
            title={t("impact.of", { name })}
            aria-label={t("impact.of", { name })}
            onClick={() => toStart(`pipeline:${name}`)}
          >
            <Icon name="reach" size={14} />
          </button>
        </span>
      ),
    },
    {
      key: "findings",
      title: t("overview.findings"),
      value: ({ findings }) => gravity(findings),
      cell: ({ findings }) => <FindingCounts counts={findings} />,
    },
    {
      key: "status",
      title: t("home.status"),
      value: ({ status }) => status,
      cell: ({ status }) =>
        status ? <StatusChip status={status} /> : <span className="muted">{t("home.never")}</span>,
    },
    {
      key: "lastRun",
      title: t("home.lastRun"),
      value: ({ startTime }) => startTime,
      cell: ({ startTime }) => startTime && <Time iso={startTime} />,
    },
    {
      key: "public",
      title: t("account.publicPlaces"),
      value: ({ publicPlaces }) => publicPlaces.length,
      cell: ({ publicPlaces }) =>
        publicPlaces.length > 0 && <bdi className="mark shield-red">{publicPlaces.join(", ")}</bdi>,
    },
    {
      key: "sensitive",
      title: t("account.sensitive"),
      value: ({ sensitive }) => String(sensitive),
      cell: ({ sensitive }) => <SensitiveMark sensitive={sensitive} />,
    },
    {
      key: "unread",
      title: t("account.unread"),
      value: ({ unread }) => unread.length,
      cell: ({ unread }) =>
        unread.length > 0 && (
          <ul className="mark-list tone-warn">
            {byReason(unread).map(([why, actions]) => (
              <li key={why}>
                <Icon name="warn" size={14} /> <bdi>{sentence(why)}</bdi> <Actions actions={actions} />
              </li>
            ))}
          </ul>
        ),
    },
  ];
}

/** The permissions that would tell; many are folded. */
function Actions({ actions }: { actions: readonly string[] }) {
  const { t, number } = useWords();
  const list = actions.map((action) => <Code key={action} text={action} copy />);
  if (actions.length <= 2) return list;
  return (
    <details className="names">
      <summary>{t("coverage.actions", { count: number(actions.length) })}</summary>
      {list}
    </details>
  );
}

function usePlaceColumns(
  toStart: (start: string) => void,
  toPipeline: (name: string) => void,
): ShownColumn<AccountPlace>[] {
  const { t, term } = useWords();
  return [
    {
      key: "bucket",
      title: t("field.bucket"),
      value: ({ bucket }) => bucket,
      cell: ({ bucket }) => (
        <span className="row-name">
          <button type="button" className="place-link" onClick={() => toStart(`s3://${bucket}/`)}>
            <bdi>{bucket}</bdi>
          </button>
          <CopyButton text={bucket} />
        </span>
      ),
    },
    {
      key: "publicAccess",
      title: t("field.publicAccess"),
      value: ({ publicAccess }) => publicAccess,
      cell: (row) => <Protection {...row} />,
    },
    { key: "encryption", title: t("field.encryption"), value: ({ encryption }) => encryption },
    { key: "versioning", title: t("field.versioning"), value: ({ versioning }) => versioning },
    {
      key: "sensitive",
      title: t("account.sensitive"),
      value: ({ sensitive }) => String(sensitive),
      cell: ({ sensitive }) => <SensitiveMark sensitive={sensitive} />,
    },
    {
      key: "readBy",
      title: t("artifact.consumedBy"),
      value: ({ readBy }) => readBy.length,
      cell: ({ readBy }) => <NameList names={readBy} onPick={toPipeline} />,
      numeric: true,
    },
    {
      key: "writtenBy",
      title: t("artifact.producedBy"),
      value: ({ writtenBy }) => writtenBy.length,
      cell: ({ writtenBy }) => <NameList names={writtenBy} onPick={toPipeline} />,
      numeric: true,
    },
    {
      key: "readAt",
      title: t("account.readAt"),
      value: ({ readAt }) => readAt,
      cell: ({ readAt }) => (readAt ? <Time iso={readAt} /> : term("status", "Unknown")),
    },
  ];
}
