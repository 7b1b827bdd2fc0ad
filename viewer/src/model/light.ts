/** What lights up: everything upstream and downstream of a selection, or exactly a finding's path. */

export interface Link {
  id: string;
  source: string;
  target: string;
}

export interface Light {
  places: Set<string>;
  links: Set<string>;
}

type Next = Map<string, Link[]>;

function indexed(links: readonly Link[], end: "source" | "target"): Next {
  const index: Next = new Map();
  for (const link of links) {
    const known = index.get(link[end]);
    if (known) known.push(link);
    else index.set(link[end], [link]);
  }
  return index;
}

function walk(starts: Iterable<string>, next: Next, towards: "source" | "target", light: Light): void {
  const seen = new Set(starts);
  const queue = [...seen];
  for (let place = queue.pop(); place !== undefined; place = queue.pop()) {
    light.places.add(place);
    for (const link of next.get(place) ?? []) {
      light.links.add(link.id);
      if (!seen.has(link[towards])) {
        seen.add(link[towards]);
        queue.push(link[towards]);
      }
    }
  }
}

/** Upstream of `sources` and downstream of `targets`; for one place both are that place. */
export function lightAround(links: readonly Link[], sources: Iterable<string>, targets: Iterable<string>): Light {
  const light: Light = { places: new Set(), links: new Set() };
  walk(sources, indexed(links, "target"), "source", light);
  walk(targets, indexed(links, "source"), "target", light);
  return light;
}

/** The places of a path, and the links between neighbours on it, whichever way they point. */
export function lightPath(links: readonly Link[], path: readonly string[]): Light {
  const neighbours = new Set(path.slice(1).flatMap((to, i) => [`${path[i]}\n${to}`, `${to}\n${path[i]}`]));
  const lit = links.filter((link) => neighbours.has(`${link.source}\n${link.target}`));
  return { places: new Set(path), links: new Set(lit.map((link) => link.id)) };
}
