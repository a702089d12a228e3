import { createRequire } from "node:module";
import path from "node:path";

/**
 * A package that is installed beside this one only where somebody wants it: that of the project at hand, else of this package.
 * @throws that says what to install
 */
export function loadPeer(name: string, installs: readonly string[]): unknown {
  for (const from of [path.join(process.cwd(), "from-here.js"), import.meta.url]) {
    const require = createRequire(from);
    try {
      require.resolve(name);
    } catch {
      continue;
    }
    return require(name);
  }
  throw new Error(`it needs the package ${name}, which is not installed: npm install ${installs.join(" ")}`);
}
