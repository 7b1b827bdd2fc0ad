import { memo } from "react";
import type { Node, NodeProps } from "@xyflow/react";
import type { Vertex } from "../api/accountTypes";
import { useWords, type Words } from "../i18n/words";
import { Icon } from "../icons/Icon";
import { SHIELD_ICONS, stepIcon, type IconName } from "../icons/paths";
import type { FlowBox } from "../layout/flowScene";
import { typeIcon } from "../model/account";
import type { Side } from "../model/reveal";
import { shortUri } from "../model/search";
import { shieldOfFacts, type Shield } from "../model/shield";
import { toneOf, type Tone } from "../model/status";
import { isTemplate } from "../model/template";
import { useName } from "./cards";

export type FlowNode = Node<
  { box: FlowBox; weakest: boolean; onMore: (box: FlowBox, side: Side) => void; isStop?: boolean },
  "vertex" | "group"
>;

const fact = (vertex: Vertex, name: string): string | null => {
  const value = vertex.facts[name];
  return typeof value === "string" || typeof value === "number" ? String(value) : null;
};

export function shieldOfVertex(vertex: Vertex): Shield {
  return shieldOfFacts(fact(vertex, "publicAccess") ?? "Unknown", fact(vertex, "encryption") ?? "Unknown");
}

/** The worst shield of a bucket's places; they share their bucket's posture. */
export function shieldOfGroup(members: readonly Vertex[]): Shield {
  const shields = members.map(shieldOfVertex);
  return (["red", "amber", "grey", "green"] as const).find((shield) => shields.includes(shield)) ?? "grey";
}

/** What a vertex is, in one word: a place's public access, a package's approval, a step's or endpoint's status. */
export function stateOf(vertex: Vertex): string | null {
  return (
    ["publicAccess", "status", "approval"].map((name) => fact(vertex, name)).find((state) => state !== null) ?? null
  );
}

export function iconOf(vertex: Vertex): IconName {
  const stepType = fact(vertex, "stepType");
  return vertex.type === "step" && stepType ? stepIcon(stepType) : typeIcon(vertex.type);
}

export function titleOf(box: FlowBox): string {
  if (box.group) return box.group.name;
  const { type, name } = box.vertex!;
  return type === "data" ? shortUri(name) : name;
}

export function subtitleOf(box: FlowBox, { t, term, number }: Words): string {
  if (box.group) return t(`impact.group.${box.group.kind}`, { count: number(box.group.members.length) });
  const vertex = box.vertex!;
  if (vertex.type === "data") return vertex.name;
  const words = [vertex.pipeline ?? (isType(vertex.type) ? t(`kind.${vertex.type}`) : vertex.type), stateOf(vertex)];
  return words.flatMap((word) => (word === null ? [] : term("status", word))).join(" · ");
}

const TYPES = ["step", "data", "package", "model", "endpoint"] as const;
export function isType(type: string): type is (typeof TYPES)[number] {
  return (TYPES as readonly string[]).includes(type);
}

/** A place's shield or a run's tone, as the class that colours its card. */
export function toneClass(box: FlowBox): { className: string; shield: Shield | null; tone: Tone } {
  const places = box.group?.kind === "bucket" ? box.group.members : box.vertex?.type === "data" ? [box.vertex] : null;
  if (places) {
    const shield = shieldOfGroup(places);
    return { className: `shield-${shield}`, shield, tone: "idle" };
  }
  const states = (box.group?.members ?? [box.vertex!]).map((vertex) => toneOf(fact(vertex, "status")));
  const ended = states.every((each) => each === "ok") ? "ok" : "idle"; // a step that did not run is no success
  const tone = (["bad", "warn", "running"] as const).find((each) => states.includes(each)) ?? ended;
  return { className: `tone-${tone}`, shield: null, tone };
}

function More({ box, side, onMore }: { box: FlowBox; side: Side; onMore: FlowNode["data"]["onMore"] }) {
  const { t } = useWords();
  const count = box.undrawn[side];
  if (count === 0) return null;
  const label = t(side === "up" ? "impact.moreUp" : "impact.moreDown", { count });
  const shown = `+${count > 1 ? count : ""}`;
  return (
    <button
      type="button"
      className={`hop hop-${side}`}
      tabIndex={-1}
      aria-label={`${shown} ${label}`}
      title={label}
      data-hop={side}
      onClick={(event) => {
        event.stopPropagation();
        onMore(box, side);
      }}
    >
      {shown}
    </button>
  );
}

/** A step, place, package, model or endpoint, or a group of steps or places, with a way on at either side. */
export const FlowCard = memo(function FlowCard({ data, selected }: NodeProps<FlowNode>) {
  const words = useWords();
  const { box, weakest, onMore } = data;
  const { className, shield, tone } = toneClass(box);
  const title = titleOf(box);
  const subtitle = subtitleOf(box, words);
  const stateName = box.vertex
    ? words.term("status", stateOf(box.vertex) ?? "")
    : tone !== "idle"
      ? words.t(`tone.${tone}`)
      : "";
  const name = useName(
    title,
    subtitle,
    shield && words.t(`shield.${shield}`),
    box.group && stateName,
    box.isStart && words.t("impact.isStart"),
    weakest && words.t("impact.weakestMark"),
  );
  const template = box.vertex?.type === "data" && isTemplate(box.vertex.name);
  const classes = [
    "card step flow",
    className,
    box.group ? "group" : "",
    box.isStart ? "start" : "",
    template ? "template" : "",
    box.vertex?.gone ? "gone" : "",
  ];
  return (
    <>
      <button
        type="button"
        className={classes.filter(Boolean).join(" ")}
        tabIndex={data.isStop ? 0 : -1}
        aria-pressed={selected}
        {...name}
        title={box.vertex?.name ?? title}
        data-place={box.id}
        data-vertex={box.vertex?.id ?? ""}
        data-group={box.group?.id ?? ""}
        {...(shield ? { "data-posture": shield } : {})}
      >
        <span className="card-icon">
          <Icon
            name={box.group?.kind === "pipeline" ? "lineage" : box.group ? "folder" : iconOf(box.vertex!)}
            size={20}
          />
        </span>
        <span className="card-text">
          <span className="card-title">
            <bdi>{title}</bdi>
          </span>
          <span className="card-subtitle">
            <bdi>{subtitle}</bdi>
          </span>
        </span>
        <span className="card-state">
          {shield ? (
            <Icon name={SHIELD_ICONS[shield]} size={16} title={words.t(`shield.${shield}`)} />
          ) : (
            tone !== "idle" && <Icon name={tone} size={16} title={stateName} />
          )}
        </span>
        {weakest && <span className="badge severity-High">{words.t("impact.weakestMark")}</span>}
      </button>
      <More box={box} side="up" onMore={onMore} />
      <More box={box} side="down" onMore={onMore} />
    </>
  );
});
