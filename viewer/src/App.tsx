import { WordsProvider } from "./i18n/words";
import { AccountScreen } from "./screens/AccountScreen";
import { DifferenceScreen } from "./screens/DifferenceScreen";
import { ImpactScreen } from "./screens/ImpactScreen";
import { LineageScreen } from "./screens/LineageScreen";
import { useDocument } from "./state/useDocument";
import { useScreenFocus } from "./state/useScreenFocus";
import { useView } from "./state/useView";
import { screenOf } from "./state/view";

const SCREENS = {
  account: AccountScreen,
  lineage: LineageScreen,
  impact: ImpactScreen,
  difference: DifferenceScreen,
};

export function App() {
  const [view, change] = useView();
  const { language, theme } = useDocument(view);
  const screen = screenOf(view);
  const Screen = SCREENS[screen];
  useScreenFocus(screen);
  return (
    <WordsProvider language={language}>
      <Screen view={view} change={change} theme={theme} />
    </WordsProvider>
  );
}
