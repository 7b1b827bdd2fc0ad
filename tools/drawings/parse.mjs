// Say of each drawing how many boxes and arrows Mermaid and Graphviz see in it: one line of JSON each, in their order.
import { createInterface } from "node:readline";
import { instance } from "@viz-js/viz";
import { JSDOM } from "jsdom";

const { window } = new JSDOM("");
globalThis.window = window; // Mermaid cleans texts with a browser's means, also where it only reads them.
globalThis.document = window.document;
const { default: mermaid } = await import("mermaid");
const graphviz = await instance();
mermaid.initialize({ startOnLoad: false });

async function flowchart(text) {
  const { db } = await mermaid.mermaidAPI.getDiagramFromText(text);
  return [db.getVertices().size, db.getEdges().length];
}

function graph(text) {
  const { objects = [], edges = [] } = JSON.parse(graphviz.renderString(text, { format: "dot_json" }));
  return [objects.filter((each) => !each.name.startsWith("cluster_")).length, edges.length];
}

for await (const line of createInterface({ input: process.stdin })) {
  const [format, text] = JSON.parse(line);
  let seen;
  try {
    seen = format === "dot" ? graph(text) : await flowchart(text);
  } catch (error) {
    seen = String(error.message);
  }
  console.log(JSON.stringify(seen));
}
