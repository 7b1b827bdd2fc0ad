import { useWords } from "../i18n/words";
import { Icon } from "../icons/Icon";
import { Code } from "./values";

interface NoticeProps {
  /** Why a store is spoken of: nothing answers for the account, the store is damaged or empty, it is too large, or read just now. */
  why: "none" | "broken" | "empty" | "large" | "live";
  region: string;
  known?: number | null;
  /** What the service said. */
  message?: string;
}

/** Why the account as a whole is not shown, or not all of it, and how a store would show it. */
export function StoreNotice({ why, region, known, message }: NoticeProps) {
  const { t, number, sentence } = useWords();
  return (
    <div className="notice" data-notice="store" data-why={why} role="note">
      <p>
        <Icon name={why === "live" ? "info" : "warn"} size={15} />{" "}
        <span>
          {t(`store.${why}`, { known: number(known ?? 0) })}{" "}
          {message && (
            <>
              {t("fail.said")}: <bdi>{sentence(message)}</bdi>
            </>
          )}
        </span>
      </p>
      <details>
        <summary>{t("store.how")}</summary>
        <ol>
          <li>
            {t("store.scan")} <Code text={`sagemaker-lineage scan --region ${region} --store DIR`} copy />{" "}
            {t("store.or")} <Code text={`sagemaker-lineage scan --region ${region} --store s3://BUCKET/PREFIX`} copy />
          </li>
          <li>
            {t("store.set")} <Code text="LINEAGE_STORE=file:///DIR" copy /> {t("store.or")}{" "}
            <Code text="LINEAGE_STORE=s3://BUCKET/PREFIX" copy />
          </li>
        </ol>
      </details>
    </div>
  );
}
