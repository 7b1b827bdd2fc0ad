/** A selection → what lights up in the present scene. */

import type { Lineage } from "../api/types";
import { lightAround, lightPath, type Light } from "../model/light";
import type { Selection } from "../state/view";
import { artifactPlace, stepPlace, type Scene } from "./scene";

/** null: nothing is selected, and everything shines alike. */
export function lightOf(scene: Scene, lineage: Lineage, select: Selection | null): Light | null {
  switch (select?.kind) {
    case undefined:
      return null;
    case "node":
      return known(scene, stepPlace(select.id)) ? around(scene, [stepPlace(select.id)], [stepPlace(select.id)]) : null;
    case "artifact":
      return aroundArtifact(scene, lineage, select.id);
    case "edge": {
      const light = around(scene, [stepPlace(select.from)], [stepPlace(select.to)]);
      const between = scene.links.filter((link) => isEdge(link, select));
      return between.length > 0 ? { ...light, links: new Set([...light.links, ...between.map(({ id }) => id)]) } : null;
    }
    case "finding": {
      const finding = lineage.findings.find(({ uid }) => uid === select.uid);
      return finding ? lightPath(scene.flow, finding.path) : null;
    }
  }
}

function known(scene: Scene, place: string): boolean {
  return scene.boxes.some(({ id }) => id === place);
}

function around(scene: Scene, sources: string[], targets: string[]): Light {
  return lightAround(scene.flow, sources, targets);
}

/** With steps only, an artifact stands for the steps that write it and those that read it. */
function aroundArtifact(scene: Scene, lineage: Lineage, id: number): Light | null {
  const place = artifactPlace(id);
  if (known(scene, place)) return around(scene, [place], [place]);
  const artifact = lineage.artifacts.find((candidate) => candidate.id === id);
  if (!artifact) return null;
  return around(scene, artifact.producedBy.map(stepPlace), artifact.consumedBy.map(stepPlace));
}

function isEdge(link: Scene["links"][number], edge: { from: string; to: string; via: string }): boolean {
  return link.source === stepPlace(edge.from) && link.target === stepPlace(edge.to) && link.word === edge.via;
}

/** The id of the box or link that the selection is, where it is drawn. */
export function selectedId(scene: Scene, select: Selection | null): string | null {
  switch (select?.kind) {
    case "node":
      return stepPlace(select.id);
    case "artifact":
      return artifactPlace(select.id);
    case "edge":
      return scene.links.find((link) => isEdge(link, select))?.id ?? null;
    default:
      return null;
  }
}
