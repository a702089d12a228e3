import type { ResourceSettings, StepSettings } from "../../../sdk/base/step-settings.ts";
import type { FlowGraph, StepNode, Transition } from "../flow-graph.ts";
import { needText } from "./need-text.ts";
import { appendAll } from "../../../sdk/base/append-all.ts";

/** The graph as text for a terminal: every step with its comment, its settings and what follows. */
export function drawText(graph: FlowGraph): string {
  const lines = [`Flow ${graph.flow}`];
  if (graph.doc !== null) appendAll(lines, indent(graph.doc, "  "));
  if (graph.parameters.length > 0) lines.push(`  parameters: ${graph.parameters.join(", ")}`);
  for (const step of inOrder(graph)) appendAll(lines, ["", ...textOf(step)]);
  return `${lines.join("\n")}\n`;
}

/** Steps as a reader meets them: from the start on, each after those that lead to it, as far as loops allow. */
export function inOrder(graph: FlowGraph): readonly StepNode[] {
  const byName = new Map(graph.steps.map((step) => [step.name, step]));
  const finished: StepNode[] = [];
  const seen = new Set<string>();
  const visit = (name: string): void => {
    const step = byName.get(name);
    if (step === undefined || seen.has(name)) return;
    seen.add(name);
    for (const target of targets(step.transition).reverse()) visit(target);
    finished.unshift(step);
  };
  // The end first, so that a switch which can leave early does not put it before other steps.
  seen.add(graph.end);
  visit(graph.start);
  const end = byName.get(graph.end);
  return end === undefined ? finished : [...finished, end];
}

function textOf(step: StepNode): string[] {
  const lines = [`  ${step.name}${step.isJoin ? "  (join)" : ""}`];
  if (step.doc !== null) appendAll(lines, indent(step.doc, "    "));
  const settings = settingsOf(step.settings);
  if (settings !== "") lines.push(`    ${settings}`);
  lines.push(`    => ${transitionText(step)}`);
  return lines;
}

function transitionText({ transition, join }: StepNode): string {
  const joined = join === null ? "" : `, joined in ${join}`;
  switch (transition.kind) {
    case "end":
      return "end of the flow";
    case "linear":
      return transition.target;
    case "branch":
      return `${transition.targets.join(" + ")}${joined}`;
    case "foreach":
      return `${transition.target}, for each of ${transition.artifact}${labelText(transition)}${joined}`;
    case "gang":
      return `${transition.target}, ${transition.size ?? "several"} tasks together${joined}`;
    case "switch": {
      const cases = Object.entries(transition.cases).map(([value, target]) => `${value}: ${target}`);
      return `by ${transition.artifact}: ${cases.join(", ")}`;
    }
  }
}

function labelText({ label }: Extract<Transition, { kind: "foreach" }>): string {
  if (label === undefined) return "";
  return label === null ? ", with labels that the run names" : `, labelled by ${label}`;
}

function settingsOf(settings: StepSettings): string {
  const { retry, timeoutMs, catchAs, env, resources, engine, cache, hasCheckpoint, hasSecrets, own = [] } = settings;
  const packages = Object.entries(env?.packages ?? {}).map(([name, version]) => `${name}@${version}`);
  const parts = [
    ...own.map(({ name }) => `@${name}`),
    engine && `@${engine.name}`,
    resources && needsText(resources),
    retry && `retry ${retry.times}x`,
    timeoutMs !== undefined && `timeout ${timeoutMs / 1000} s`,
    hasCheckpoint === true && "checkpoint",
    cache && "cache",
    hasSecrets === true && "secrets",
    catchAs !== undefined && (catchAs === null ? "catches errors" : `catches errors as ${catchAs}`),
    packages.length > 0 && `packages ${packages.join(", ")}`,
    env && Object.keys(env.vars).length > 0 && `vars ${Object.keys(env.vars).join(", ")}`,
    env?.image && `image ${env.image}`,
    env?.node && `node ${env.node}`,
  ];
  return parts.filter((part) => typeof part === "string").join(" | ");
}

function needsText(resources: ResourceSettings): string {
  const hasLater = resources.later !== undefined;
  const texts = [needText(resources, "cpu"), needText(resources, "gpu"), `${needText(resources, "memoryMb")} MB`];
  return `${texts.join(hasLater ? "; " : ", ")}${hasLater ? " by attempt" : ""}`;
}

function targets(transition: Transition): string[] {
  if (transition.kind === "end") return [];
  if (transition.kind === "branch") return [...transition.targets];
  return transition.kind === "switch" ? Object.values(transition.cases) : [transition.target];
}

function indent(text: string, margin: string): string[] {
  return text.split("\n").map((line) => `${margin}${line}`.trimEnd());
}
