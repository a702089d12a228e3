import process from "node:process";
import type { StepNode } from "../../runtime/graph/flow-graph.ts";
import { visible } from "../base/visible.ts";

const told = new Set<string>();

/** Nothing is installed for a step in memory: its imports find what the project has. Said once of each step. */
export function warnOfPackages(flow: string, { name, settings }: StepNode): void {
  const packages = Object.entries(settings.env?.packages ?? {}).map(([pkg, version]) => `${pkg}@${version}`);
  const step = `${flow}.${name}`;
  if (packages.length === 0 || told.has(step)) return;
  told.add(step);
  const text = `${step} asks for ${packages.join(", ")}, but testStep uses the packages of the project; Runner uses those of @env`;
  process.stderr.write(`warning: ${visible(text)}\n`);
}
