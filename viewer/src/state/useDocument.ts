import { useEffect } from "react";
import { say } from "../i18n/format";
import { languageOf, themeOf } from "../theme/preference";
import { useMedia } from "./useMedia";
import type { Language, Theme, View } from "./view";

/** Gives the document its language, theme and title, and says which language and theme they are. */
export function useDocument(view: View): { language: Language; theme: Theme } {
  const language = languageOf(view);
  const theme = themeOf(view);
  const browserDark = useMedia("(prefers-color-scheme: dark)");
  useEffect(() => {
    document.documentElement.lang = language;
    if (theme) document.documentElement.dataset["theme"] = theme;
    else delete document.documentElement.dataset["theme"];
    const title = say(language, "app.title");
    document.title = view.pipeline ? `${view.pipeline} · ${title}` : title;
  }, [language, theme, view.pipeline]);
  return { language, theme: theme ?? (browserDark ? "dark" : "light") };
}
