/** The small pieces that every section of the panel is made of. */

import { useEffect, useState, type ReactNode } from "react";
import type { Json, JsonObject } from "../api/types";
import { Icon } from "../icons/Icon";
import { useWords } from "../i18n/words";
import { toneOf } from "../model/status";

export function Section({ title, count, children }: { title: string; count?: number; children: ReactNode }) {
  return (
    <section className="section">
      <h3>
        {title}
        {count !== undefined && <span className="count">{count}</span>}
      </h3>
      {children}
    </section>
  );
}

export function CopyButton({ text }: { text: string }) {
  const { t } = useWords();
  const [done, setDone] = useState(false);
  useEffect(() => {
    if (!done) return;
    const timer = setTimeout(() => setDone(false), 1500);
    return () => clearTimeout(timer);
  }, [done]);
  if (!navigator.clipboard) return null;
  const label = done ? t("copy.done") : t("copy.do");
  return (
    <button
      type="button"
      className="copy"
      aria-label={label}
      title={label}
      onClick={() =>
        void navigator.clipboard.writeText(text).then(
          () => setDone(true),
          () => setDone(false),
        )
      }
    >
      <Icon name={done ? "ok" : "copy"} size={13} />
    </button>
  );
}

/** A name, location or id, to the letter. */
export function Code({ text, copy = false }: { text: string; copy?: boolean }) {
  return (
    <span className="code">
      <bdi>{text}</bdi>
      {copy && <CopyButton text={text} />}
    </span>
  );
}

export function Time({ iso }: { iso: string | null }) {
  const { t, time } = useWords();
  if (iso === null) return <span className="muted">{t("time.unknown")}</span>;
  const shown = time(iso);
  return shown === null ? (
    <Code text={iso} />
  ) : (
    <time dateTime={iso} title={iso}>
      {shown}
    </time>
  );
}

export function StatusChip({ status }: { status: string }) {
  const { term } = useWords();
  const tone = toneOf(status);
  return (
    <span className={`chip tone-${tone}`} data-status={status}>
      <Icon name={tone} size={13} />
      <bdi>{term("status", status)}</bdi>
    </span>
  );
}

export function ConsoleLink({ href, children }: { href: string | null; children: ReactNode }) {
  if (!href) return null;
  return (
    <a className="console-link" href={href} target="_blank" rel="noopener noreferrer">
      {children} <Icon name="external" size={13} />
    </a>
  );
}

export type Row = readonly [label: string, value: ReactNode];

/** Rows without a value are left out. */
export function Facts({ rows }: { rows: readonly (Row | null | false)[] }) {
  const shown = rows.filter((row): row is Row => !!row && row[1] !== null && row[1] !== undefined);
  if (shown.length === 0) return null;
  return (
    <dl className="facts">
      {shown.map(([label, value]) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

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

export function Empty({ title, hint }: { title: string; hint: string }) {
  return (
    <div className="panel-empty">
      <strong>{title}</strong>
      <p>{hint}</p>
    </div>
  );
}
