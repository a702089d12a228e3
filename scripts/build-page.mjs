import { existsSync, readdirSync, rmSync } from "node:fs";
import path from "node:path";
import { build } from "vite";

const FOLDER = "dist/page";

/**
 * Makes the page of `millrace ui`: dist/page/index.html, one script and one style sheet, named by their content.
 * @returns the files that the script was made of
 */
export async function buildPage() {
  const made = await build({
    configFile: false,
    root: path.resolve("runtime/web/page"),
    base: "/",
    publicDir: false,
    logLevel: "warn",
    oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
    build: {
      outDir: path.resolve(FOLDER),
      emptyOutDir: false,
      target: "es2022",
      // As it is written: `light-dark()` is known to all browsers that the page is for.
      cssTarget: "esnext",
      modulePreload: { polyfill: false },
      assetsInlineLimit: 0,
      rolldownOptions: {
        output: { entryFileNames: "assets/page-[hash].js", assetFileNames: "assets/page-[hash][extname]" },
      },
    },
  });
  removeOthers(new Set(made.output.map(({ fileName }) => fileName)));
  return made.output.flatMap((one) => (one.type === "chunk" ? Object.keys(one.modules) : []));
}

/** Only now: a server that runs meanwhile still finds its files. */
function removeOthers(made) {
  for (const entry of readdirSync(FOLDER, { recursive: true, withFileTypes: true })) {
    const file = path.join(entry.parentPath, entry.name);
    const name = path.relative(FOLDER, file).replaceAll("\\", "/");
    if (entry.isFile() && !made.has(name) && existsSync(file)) rmSync(file);
  }
}
