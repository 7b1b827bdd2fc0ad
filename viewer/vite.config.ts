import { readFileSync } from "node:fs";
import { defineConfig } from "vitest/config";
import { thirdPartyNotices } from "./scripts/notices.mjs";

const notices = thirdPartyNotices("third-party-notices.txt");

/** The service's one version stands in its package. */
const version = /^__version__ = "(.+)"$/m.exec(
  readFileSync(new URL("../chalicelib/__init__.py", import.meta.url), "utf8"),
)?.[1];
if (!version) throw new Error("chalicelib/__init__.py says no __version__");

/**
 * The page is served at the API's root and its assets one segment below, at `viewer/<file>`; whatever refers to
 * an asset does so relatively, because a deployed API lives under a stage prefix that the build cannot know.
 */
export default defineConfig({
  base: "./",
  plugins: [notices.page],
  define: { __SERVICE_VERSION__: JSON.stringify(version) },
  build: {
    outDir: "../chalicelib/viewer",
    emptyOutDir: true,
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 600, // before compression; `npm run check-size` holds the budget
    modulePreload: { polyfill: false },
    rolldownOptions: {
      checks: { moduleLevelDirective: false }, // "use client" means nothing in a page without a server part
      output: {
        entryFileNames: "[name]-[hash].js",
        chunkFileNames: "[name]-[hash].js",
        assetFileNames: "[name]-[hash][extname]",
      },
    },
  },
  worker: {
    format: "es",
    plugins: () => [notices.worker],
    rolldownOptions: { output: { entryFileNames: "[name]-[hash].js" } },
  },
  experimental: {
    renderBuiltUrl: (file, { hostType }) => (hostType === "html" ? `viewer/${file}` : { relative: true }),
  },
  test: { include: ["test/**/*.test.ts"], environment: "node" },
  server: {
    proxy: Object.fromEntries(
      ["/lineage", "/pipelines", "/executions", "/account", "/impact", "/diff"].map((path) => [
        path,
        process.env["VIEWER_API"] ?? "http://127.0.0.1:8000",
      ]),
    ),
  },
});
