import { createRequire } from "node:module";
import path from "node:path";
import type { BuildFailure, TransformOptions } from "esbuild";
import { getTsconfig } from "get-tsconfig";
import type { CompiledCell } from "../front/protocol.ts";
import { originalPlace } from "../original-place.ts";
import { CellSyntaxError, fromBuildFailure } from "./cell-syntax-error.ts";
import { type Reshaped, type ReshapeOptions, reshape } from "./reshape.ts";
import { SCOPE } from "./scope.ts";

export interface CellToCompile {
  readonly source: string;
  readonly count: number;
  readonly isRecorded: boolean;
}

/** Turns cells into scripts; knows which names of the platform the notebook has taken for itself. */
export class CellCompiler {
  readonly #folder: string;
  /** Cells declare globals, and packages would see `setTimeout` of "node:timers/promises" in place of their own. */
  readonly #taken = new Set<string>();

  constructor({ folder }: { folder: string }) {
    this.#folder = folder;
  }

  /** @throws CellSyntaxError with the place in the cell */
  async compile({ source, count, isRecorded }: CellToCompile): Promise<CompiledCell> {
    const printed = await this.#print(source, count);
    const { lines, names, vars, bound } = reshaped(printed, { source, count, ownName });
    const script = `(async () => { "use strict";\n${lines.map(({ text }) => text).join("\n")}\n})()`;
    const places = { map: printed.map, lines: lines.map(({ line, shift }) => [line, shift] as const) };
    const taken = [...names, ...bound].filter((name) => PLATFORM.has(name));
    for (const name of taken) this.#taken.add(name);
    const cell = { count, source, names: names.map(ownName), vars: vars.map(ownName), isRecorded };
    if (taken.length === 0) return { ...cell, script, places: { ...places, outerMap: null } };
    // What the cell declares is free in the script now, so that it can be renamed.
    const again = await transform(script, { define: this.#renames(), sourcemap: "external", target: TARGET });
    return { ...cell, script: again.code, places: { ...places, outerMap: again.map } };
  }

  /** Whether a client that sees the return key should run the code or give it another line. */
  async completeness(source: string): Promise<"complete" | "incomplete" | "invalid"> {
    try {
      await this.#print(source, 0);
      return "complete";
    } catch (error) {
      return error instanceof CellSyntaxError && error.isAtEnd ? "incomplete" : "invalid";
    }
  }

  async #print(source: string, count: number): Promise<{ code: string; map: string }> {
    try {
      return await transform(source, {
        loader: "ts",
        sourcefile: `cell ${count}`,
        sourcemap: "external",
        target: TARGET,
        tsconfigRaw: JSON.stringify({ compilerOptions: this.#compilerOptions() }),
        define: {
          "import.meta": `${SCOPE}.meta`,
          require: `${SCOPE}.require`,
          __dirname: `${SCOPE}.meta.dirname`,
          __filename: `${SCOPE}.meta.filename`,
          ...this.#renames(),
        },
      });
    } catch (error) {
      if (error instanceof Error && "errors" in error) throw fromBuildFailure(error as BuildFailure, { source, count });
      throw error;
    }
  }

  /** As tsx does: the nearest tsconfig.json says which decorators these are. */
  #compilerOptions(): Record<string, unknown> {
    const options = getTsconfig(path.join(this.#folder, "notebook.ts"))?.config.compilerOptions ?? {};
    // Else an import that this cell does not use would be gone for the next one.
    return { ...options, verbatimModuleSyntax: true };
  }

  #renames(): Record<string, string> {
    return Object.fromEntries([...this.#taken].map((name) => [name, ownName(name)]));
  }
}

const TARGET = `node${process.versions.node}`;
const PLATFORM: ReadonlySet<string> = new Set(Object.getOwnPropertyNames(globalThis));

function ownName(name: string): string {
  return PLATFORM.has(name) ? `__own_${name}` : name;
}

function reshaped(printed: { code: string; map: string }, options: ReshapeOptions & { count: number }): Reshaped {
  try {
    return reshape(printed.code, options);
  } catch (error) {
    if (!(error instanceof SyntaxError && "loc" in error)) throw error;
    const { source, count } = options;
    const place = originalPlace(printed.map, error.loc as { line: number; column: number }) ?? { line: 1, column: 0 };
    throw new CellSyntaxError(error.message.replace(/ \(\d+:\d+\)$/, ""), { source, count, ...place });
  }
}

async function transform(source: string, options: TransformOptions): Promise<{ code: string; map: string }> {
  const esbuild = createRequire(import.meta.url)("esbuild") as typeof import("esbuild");
  const once = () => esbuild.transform(source, { logLevel: "silent", ...options });
  try {
    return await once();
  } catch (error) {
    if (!(error instanceof Error) || "errors" in error) throw error;
    // An interrupt that was meant for the cell may have ended esbuild's own process: it starts anew.
    await esbuild.stop();
    return once();
  }
}
