import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "vitest";
import { millrace } from "../harness.ts";
import { kubectl, onKubernetes } from "../kubernetes/cluster.ts";

/** Where a flow is deployed from, and its datastore below a folder that both nodes have. */
export interface ArgoPlace {
  readonly folder: string;
  readonly datastore: string;
  readonly name: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** The end of a workflow. */
export interface EndedWorkflow {
  readonly name: string;
  readonly phase: string;
  readonly message: string;
}

const SMALL = "kubernetes:cpu=0.1,memory=400";
const POLL_MS = 300;

export interface DeployToArgoOptions {
  readonly place: ArgoPlace;
  readonly args?: readonly string[];
  /** @defaultValue small ones */
  readonly pods?: string;
  readonly cwd?: string;
}

/** `deploy FILE argo`. */
export async function deployToArgo(
  file: string,
  { place, args = [], pods = SMALL, cwd }: DeployToArgoOptions,
): Promise<void> {
  const { folder, datastore, name, env = {} } = place;
  const done = await millrace(["deploy", file, "argo", "--name", name, "--with", pods, ...args], {
    datastore,
    env: { ...onKubernetes(folder), ...env },
    ...(cwd === undefined ? {} : { cwd }),
  });
  expect(done.code, done.stderr).toBe(0);
}

/** `deployment trigger`, and the workflow's end. */
export async function triggered(
  { folder, datastore, name }: ArgoPlace,
  ...args: readonly string[]
): Promise<EndedWorkflow> {
  const started = await millrace(["deployment", "trigger", name, ...args], { datastore, env: onKubernetes(folder) });
  expect(started.code, started.stderr).toBe(0);
  return endOf(started.stdout.trim());
}

export async function endOf(workflow: string): Promise<EndedWorkflow> {
  for (;;) {
    const path = "jsonpath={.status.phase}|{.status.message}";
    const [phase = "", message = ""] = kubectl("get", "workflow", workflow, "--output", path).split("|");
    if (["Succeeded", "Failed", "Error"].includes(phase)) return { name: workflow, phase, message };
    await sleep(POLL_MS);
  }
}

/** The first workflow that the CronWorkflow of a deployment starts. */
export async function firstScheduled(place: ArgoPlace): Promise<string> {
  for (;;) {
    const [found] = scheduled(place);
    if (found !== undefined) return found;
    await sleep(POLL_MS);
  }
}

/** Those that it has started so far. */
export function scheduled(place: ArgoPlace): readonly string[] {
  const selector = `workflows.argoproj.io/cron-workflow=${cronWorkflowOf(place)}`;
  return namesOf("workflow", selector);
}

/** The name of a deployment's CronWorkflow; empty where it has none. */
export function cronWorkflowOf({ name }: ArgoPlace): string {
  return namesOf("cronworkflow", `millrace.deployment=${name}`)[0] ?? "";
}

function namesOf(kind: string, selector: string): string[] {
  const names = kubectl("get", kind, "--selector", selector, "--output", "jsonpath={.items[*].metadata.name}");
  return names.split(" ").filter(Boolean);
}
