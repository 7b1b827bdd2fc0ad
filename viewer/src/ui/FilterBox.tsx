import { Icon } from "../icons/Icon";

interface FilterProps {
  /** What is filtered, in words. */
  label: string;
  text: string;
  onText: (text: string) => void;
}

/** A field above a list that keeps what holds the words typed. */
export function FilterBox({ label, text, onText }: FilterProps) {
  return (
    <div className="search">
      <Icon name="search" />
      <input
        type="text"
        aria-label={label}
        placeholder={label}
        value={text}
        autoComplete="off"
        spellCheck={false}
        onChange={(event) => onText(event.target.value)}
      />
    </div>
  );
}
