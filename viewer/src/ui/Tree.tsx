import type { Json, JsonObject } from "../api/types";
import { useWords } from "../i18n/words";
import { Code } from "./values";

function Leaf({ value }: { value: Exclude<Json, Json[] | JsonObject> }) {
  const { t, number } = useWords();
  if (value === null) return <span className="muted">{t("value.none")}</span>;
  if (typeof value === "boolean") return <span>{t(value ? "value.yes" : "value.no")}</span>;
  if (typeof value === "number")
    return (
      <span className="number" title={String(value)}>
        {number(value)}
      </span>
    );
  return <Code text={value} />;
}

/** `failureReason` is `Failure reason`; a name that is no camelCase word stays as it is. */
export function readable(name: string): string {
  if (!/^[a-z]+([A-Z][a-z]+|[A-Z]+(?=[A-Z][a-z]|$)|\d+)*$/.test(name)) return name;
  const words = name.replace(/([a-z\d])([A-Z])/g, "$1 $2").replace(/([A-Z]+)([A-Z][a-z])/g, "$1 $2");
  return words.charAt(0).toUpperCase() + words.slice(1).replace(/ [A-Z][a-z]/g, (part) => part.toLowerCase());
}

/** A longer list is folded. */
const MOST_OPEN = 12;

/** Any JSON as nested rows: what an answer says beyond what the page knows is shown too. */
export function Tree({ value, raw = false }: { value: Json; raw?: boolean }) {
  const { t, term, number } = useWords();
  const named = (name: string) => {
    const known = term("name", name);
    return known === name ? readable(name) : known;
  };
  if (value === null || typeof value !== "object") return <Leaf value={value} />;
  const entries = Array.isArray(value) ? value.map((item, i) => [String(i), item] as const) : Object.entries(value);
  if (entries.length === 0) return <span className="muted">{t("value.none")}</span>;
  if (Array.isArray(value)) {
    const items = (
      <ul className="tree-list">
        {entries.map(([i, item]) => (
          <li key={i}>
            <Tree value={item} raw={raw} />
          </li>
        ))}
      </ul>
    );
    if (entries.length <= MOST_OPEN) return items;
    return (
      <details className="raw">
        <summary>{number(entries.length)}</summary>
        {items}
      </details>
    );
  }
  return (
    <dl className="facts tree">
      {entries.map(([name, item]) => (
        <div key={name} className={item !== null && typeof item === "object" ? "nested" : undefined}>
          <dt title={name}>
            <bdi>{raw ? name : named(name)}</bdi>
          </dt>
          <dd>
            <Tree value={item} raw={raw} />
          </dd>
        </div>
      ))}
    </dl>
  );
}

export function RawJson({ value }: { value: Json }) {
  const { t } = useWords();
  return (
    <details className="raw">
      <summary>{t("step.raw")}</summary>
      <pre tabIndex={0}>{JSON.stringify(value, null, 2)}</pre>
    </details>
  );
}
