import { useEffect } from "react";
import type { AccountPage } from "../api/accountTypes";
import { getAccount } from "../api/client";
import { usePaged, type Paged } from "./usePages";

/** So many rows come at once; the rest follows by itself, so that sorting and filtering see the whole account. */
const ROWS = "200";
const MOST_ROWS = 5000;

function join(first: AccountPage, next: AccountPage): AccountPage {
  return {
    ...first,
    pipelines: [...first.pipelines, ...next.pipelines],
    places: [...first.places, ...next.places],
    warnings: [...first.warnings, ...next.warnings],
    nextToken: next.nextToken,
  };
}

export function useAccount(region: string | null): Paged<AccountPage> {
  const account = usePaged(
    `account\n${region ?? ""}`,
    (nextToken, signal) => getAccount({ region, maxResults: ROWS, nextToken }, signal),
    join,
  );
  const { data, more, missed } = account;
  const rows = data ? data.pipelines.length + data.places.length : 0;
  useEffect(() => {
    if (more && !missed && rows < MOST_ROWS) more();
  }, [more, missed, rows]);
  return account;
}
