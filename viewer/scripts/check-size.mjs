/** What the built page weighs, and that it is nothing but flat text files that ask no one else for anything. */
import { readdirSync, readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

const folder = new URL("../../chalicelib/viewer/", import.meta.url);
const budget = 260_000;
const text = /\.(html|js|css|svg|txt)$/;
const problems = [];
let total = 0;

for (const entry of readdirSync(folder, { withFileTypes: true }).toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
  if (!entry.isFile() || !text.test(entry.name))
    problems.push(`${entry.name}: only flat html, js, css, svg and txt files are served`);
  if (!entry.isFile()) continue;
  const content = readFileSync(new URL(entry.name, folder));
  const packed = gzipSync(content, { level: 9 }).length;
  total += packed;
  console.log(`${String(packed).padStart(8)} B compressed ${String(content.length).padStart(9)} B  ${entry.name}`);
  const source = content.toString("utf8");
  if (entry.name.endsWith(".css") && /url\(\s*['"]?(https?:)?\/\//.test(source))
    problems.push(`${entry.name}: asks another host`);
  if (entry.name.endsWith(".html")) {
    if (/(src|href)="(https?:)?\//.test(source)) problems.push(`${entry.name}: an address that is not relative`);
    if (/<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)/.test(source))
      problems.push(`${entry.name}: inline script or style`);
  }
}
console.log(`${String(total).padStart(8)} B compressed in total, of ${budget} B`);
if (total > budget) problems.push(`over the budget by ${total - budget} B`);
for (const problem of problems) console.error(problem);
process.exit(problems.length > 0 ? 1 : 0);
