// No file leads back to itself through its imports, those of types and those at run time included: what stands in a circle
// can only be read, moved and understood together. Lint's own rule leaves types out.
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import ts from "typescript";
import { ROOT } from "./run-node.mjs";

const files = ["sdk", "runtime"].flatMap(typescriptFiles);
const imports = new Map(files.map((file) => [file, importsOf(file)]));
const cycles = cyclesIn(imports);
for (const cycle of cycles) console.log(`cycle: ${cycle.join("\n    -> ")}`);
if (cycles.length > 0) process.exitCode = 1;

function typescriptFiles(folder) {
  return readdirSync(path.join(ROOT, folder), { recursive: true })
    .filter((name) => /\.tsx?$/.test(name))
    .map((name) => path.posix.join(folder, name.replaceAll("\\", "/")));
}

function importsOf(file) {
  const text = readFileSync(path.join(ROOT, file), "utf8");
  return ts
    .preProcessFile(text)
    .importedFiles.filter(({ fileName }) => fileName.startsWith("."))
    .map(({ fileName }) => path.posix.join(path.posix.dirname(file), fileName));
}

/** One cycle, as short as there is, for each group of files that lead to one another. */
function cyclesIn(graph) {
  const found = [];
  const done = new Set();
  for (const start of graph.keys()) {
    const cycle = done.has(start) ? null : shortestCycle(start, graph);
    if (cycle === null) continue;
    for (const file of cycle) done.add(file);
    found.push(cycle);
  }
  return found;
}

function shortestCycle(start, graph) {
  const cameFrom = new Map();
  const queue = [start];
  for (const file of queue) {
    for (const next of graph.get(file) ?? []) {
      if (next === start) return wayTo(file, cameFrom, [start]);
      if (cameFrom.has(next)) continue;
      cameFrom.set(next, file);
      queue.push(next);
    }
  }
  return null;
}

function wayTo(file, cameFrom, way) {
  for (let at = file; at !== undefined; at = cameFrom.get(at)) way.unshift(at);
  return way;
}
