/**
 * Rules of ESLint for projects with flows, as a flat configuration.
 *
 * `millrace/check` shows in the editor the errors that `millrace check` finds, `millrace/data` its warnings about data.
 * `millrace/unbound-method` takes the place of typescript-eslint's rule: it knows that `this.next(this.train)` names a
 * step, and reports as ever elsewhere.
 *
 * @example
 * ```js
 * // eslint.config.mjs
 * import millrace from "millrace/eslint";
 * import tseslint from "typescript-eslint";
 *
 * export default [...tseslint.configs.recommended, ...millrace];
 * ```
 *
 * @packageDocumentation
 */
import { checkRule } from "./check-rule.ts";
import { dataWarningsRule } from "./data-warnings-rule.ts";
import type { FlatConfig } from "./flat-config.ts";
import { typescriptParser } from "./typed-rule.ts";
import { unboundMethodRule } from "./unbound-method-rule.ts";

export type { FlatConfig } from "./flat-config.ts";

const SOURCES = ["**/*.{ts,mts,cts,tsx,js,mjs,cjs,jsx}"];

/** To be spread into a project's own configuration, after the others. */
const configs: FlatConfig[] = [...parsing(), linting()];
export default configs;

/** Where the project has typescript-eslint, TypeScript is read by it, also where no other configuration says so. */
function parsing(): FlatConfig[] {
  const parser = typescriptParser(process.cwd());
  if (parser === null) return [];
  return [{ name: "millrace/typescript", files: ["**/*.{ts,mts,cts,tsx}"], languageOptions: { parser } }];
}

function linting(): FlatConfig {
  return {
    name: "millrace",
    files: SOURCES,
    plugins: {
      millrace: {
        meta: { name: "millrace" },
        rules: { check: checkRule, data: dataWarningsRule, "unbound-method": unboundMethodRule },
      },
    },
    rules: {
      "millrace/check": "error",
      "millrace/data": "warn",
      "millrace/unbound-method": "error",
      "@typescript-eslint/unbound-method": "off",
    },
  };
}
