import { WordsProvider } from "./i18n/words";
import { LineageScreen } from "./screens/LineageScreen";
import { PipelinesScreen } from "./screens/PipelinesScreen";
import { useDocument } from "./state/useDocument";
import { useView } from "./state/useView";

export function App() {
  const [view, change] = useView();
  const { language, theme } = useDocument(view);
  const Screen = view.pipeline === null ? PipelinesScreen : LineageScreen;
  return (
    <WordsProvider language={language}>
      <Screen view={view} change={change} theme={theme} />
    </WordsProvider>
  );
}
