import { useWords } from "../i18n/words";

interface NameListProps {
  names: readonly string[];
  onPick: (name: string) => void;
}

/** How many, and who when it is opened. */
export function NameList({ names, onPick }: NameListProps) {
  const { number } = useWords();
  if (names.length === 0) return <span className="muted">0</span>;
  return (
    <details className="names">
      <summary>{number(names.length)}</summary>
      <ul>
        {names.map((name) => (
          <li key={name}>
            <button type="button" className="place-link" onClick={() => onPick(name)}>
              <bdi>{name}</bdi>
            </button>
          </li>
        ))}
      </ul>
    </details>
  );
}
