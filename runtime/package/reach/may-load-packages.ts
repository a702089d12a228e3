import { isBuiltin } from "node:module";
import type { CodePackage } from "../code-package.ts";
import { parseExternalSpecifier } from "../external-specifier.ts";

/** False for code that loads nothing but Node's modules and Millrace: then nobody need ask what. */
export function mayLoadPackages({ imports, script }: CodePackage): boolean {
  const isOther = (text: string) => {
    const { specifier } = parseExternalSpecifier(text);
    return specifier !== "millrace" && !isBuiltin(specifier);
  };
  return imports.some(({ specifier }) => isOther(specifier)) || LOADS.test(script);
}

const LOADS = /createRequire|\b__require\s*\(|\b(?:require\d*|import|resolve)\s*\(/;
