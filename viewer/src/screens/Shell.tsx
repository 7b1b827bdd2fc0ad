import type { ReactNode } from "react";
import type { ApiFailure } from "../api/client";
import { useWords } from "../i18n/words";
import type { Change } from "../state/useView";
import type { Theme, View } from "../state/view";
import { TopBar } from "../toolbar/TopBar";
import { KeyPrompt } from "../ui/KeyPrompt";

/** What every screen is given. */
export interface ScreenProps {
  view: View;
  change: (change: Change) => void;
  theme: Theme;
}

interface ShellProps extends ScreenProps {
  choosers: ReactNode;
  switches?: ReactNode;
  exportMenu?: ReactNode;
  busy: boolean;
  onRefresh: () => void;
  /** Of whatever the screen asks for: where one wants a key, the reader is asked for it first. */
  failures: readonly (ApiFailure | null)[];
  children: ReactNode;
}

/** The frame of every screen: the way past the toolbar, the toolbar, and the content or the question for a key. */
export function Shell({ failures, children, ...bar }: ShellProps) {
  const { t } = useWords();
  const keyWanted = failures.find((failure) => failure?.wantsKey);
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
      <TopBar {...bar} />
      {keyWanted ? (
        <Page>
          <KeyPrompt message={keyWanted.message} onKey={bar.onRefresh} />
        </Page>
      ) : (
        children
      )}
    </div>
  );
}

/** A screen's content where it is no graph. */
export function Page({ children }: { children: ReactNode }) {
  return (
    <main id="graph" className="page" tabIndex={-1}>
      {children}
    </main>
  );
}
