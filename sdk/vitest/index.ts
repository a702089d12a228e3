/**
 * A plugin for Vitest and Vite that compiles decorators of both dialects: those of TC39, and legacy ones where
 * `tsconfig.json` says `"experimentalDecorators": true`. Vitest by itself compiles the legacy dialect alone.
 *
 * @example
 * ```ts
 * // vitest.config.ts
 * import millrace from "millrace/vitest";
 * import { defineConfig } from "vitest/config";
 *
 * export default defineConfig({ plugins: [millrace()] });
 * ```
 *
 * @packageDocumentation
 */
import path from "node:path";
import type { Loader } from "esbuild";

/** What Vite asks of it. */
export interface DecoratorsPlugin {
  /** `millrace` */
  readonly name: string;
  /** Before Vite's own compiler, which knows one dialect. */
  readonly enforce: "pre";
  /**
   * Compiles a TypeScript file that has decorators.
   *
   * @param code - its source
   * @param id - its path, which a query may follow
   * @returns JavaScript and its source map; null for any other file
   */
  transform(code: string, id: string): Promise<CompiledModule | null>;
}

/** What a file became. */
export interface CompiledModule {
  /** JavaScript. */
  readonly code: string;
  /** Its source map, as JSON. */
  readonly map: string;
}

/** Makes the plugin. It has no options: the tsconfig nearest to a file says how that file is compiled. */
export default function millrace(): DecoratorsPlugin {
  return {
    name: "millrace",
    enforce: "pre",
    async transform(code, id) {
      const [file = "", query = ""] = id.split("?", 2);
      const loader = LOADERS[path.extname(file)];
      if (loader === undefined || /\/node_modules\//.test(file) || /^(raw|url)\b/.test(query)) return null;
      if (!DECORATED.test(code)) return null;
      const { getTsconfig } = await import("get-tsconfig");
      const compilerOptions = getTsconfig(file)?.config.compilerOptions ?? {};
      // Types at run time are for frameworks that ask for them, and esbuild has none to give.
      if (compilerOptions.emitDecoratorMetadata === true && !/["']millrace(\/\w+)?["']/.test(code)) return null;
      const { transform } = await import("esbuild");
      const compiled = await transform(code, {
        loader,
        // Decorators are in no version of Node yet: this one makes esbuild compile them.
        target: "node20",
        format: "esm",
        sourcefile: file,
        sourcemap: "external",
        tsconfigRaw: JSON.stringify({ compilerOptions }),
      });
      return { code: compiled.code, map: compiled.map };
    },
  };
}

const LOADERS: Readonly<Record<string, Loader>> = {
  ".ts": "ts",
  ".mts": "ts",
  ".cts": "ts",
  ".tsx": "tsx",
};

/** An `@name` that is neither in a line of a comment nor inside a word; one too many costs nothing but time. */
const DECORATED = /^(?!\s*(?:\*|\/\/|\/\*))(?:.*[\s(])?@[\w$(]/m;
