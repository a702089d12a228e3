// The name of an exported type means one type, in the whole of sdk/ and runtime/.
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { ROOT } from "./run-node.mjs";

const DECLARATION = /^export (?:interface|type|(?:abstract )?class) (\w+)/gm;
/** Public names of two entries of the package, each at home in its own. */
const TWINS = new Set(["FinishedRun", "Step"]);

const places = new Map();
for (const folder of ["sdk", "runtime"])
  for (const name of readdirSync(path.join(ROOT, folder), { recursive: true })) {
    if (!/\.tsx?$/.test(name)) continue;
    const file = path.posix.join(folder, name.replaceAll("\\", "/"));
    for (const [, type] of readFileSync(path.join(ROOT, file), "utf8").matchAll(DECLARATION))
      places.set(type, [...(places.get(type) ?? []), file]);
  }
for (const [type, files] of places)
  if (files.length > 1 && !TWINS.has(type)) {
    console.log(`error: ${type} is the name of ${files.length} types: ${files.join(", ")}`);
    process.exitCode = 1;
  }
