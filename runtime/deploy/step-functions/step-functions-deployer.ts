import { randomBytes } from "node:crypto";
import type { Deployer, DeploymentPlan, Installation } from "../deployer.ts";
import { loadProduction } from "./aws/load-production.ts";
import type { ProductionCalls } from "./aws/production-calls.ts";
import { type InstalledParts, installedParts, partsIn } from "./installed-parts.ts";
import { productionError } from "./production-error.ts";
import { registerJobs } from "../batch/register-jobs.ts";
import { installedNames, resourceNames } from "./resource-names.ts";
import { stepFunctionsSpec, type StepFunctionsSpec } from "./step-functions-spec.ts";
import { targetRefusals } from "./target-refusals.ts";

/** State machines of AWS Step Functions that start jobs of AWS Batch. */
export const stepFunctionsDeployer: Deployer = {
  refusals: targetRefusals,
  spec: (plan) => `${JSON.stringify(stepFunctionsSpec(plan), null, 2)}\n`,
  install: (plan) => install(plan),
  async setPaused({ version }, paused) {
    const { region, schedules, rules } = installedParts(version);
    await asking(region, paused ? "pause the deployment" : "unpause the deployment", async (aws) => {
      for (const name of schedules) await aws.switchSchedule(name, !paused);
      for (const name of rules) await aws.switchRule(name, !paused);
    });
  },
  async remove({ version }) {
    await removeParts(installedParts(version));
    return [];
  },
  async trigger({ version }, parameters) {
    const { region, machine } = installedParts(version);
    const name = `hand-${randomBytes(8).toString("hex")}`;
    const input = JSON.stringify({ trigger: { parameters } });
    return asking(region, "start a run", (aws) => aws.start(machine, { name, input }));
  },
};

async function install(plan: DeploymentPlan): Promise<Installation> {
  const spec = stepFunctionsSpec(plan);
  const parts = partsOf(spec, plan);
  await registerJobs(plan, { definitions: spec.jobDefinitions, where: "to Step Functions" });
  await asking(parts.region, "deploy", async (aws) => {
    for (const machine of spec.stateMachines) await aws.putMachine(machine);
    for (const rule of spec.rules) await aws.putRule(rule);
    for (const schedule of spec.schedules) await aws.putSchedule(schedule);
    const rules = spec.rules.map(({ rule }) => rule.Name ?? "");
    await removeOthers(aws, { of: parts, kept: { rules, schedules: parts.schedules } });
  });
  // In another region, or under another prefix, the version before would go on beside this one.
  const before = partsIn(plan.before);
  if (before !== null && before.machine !== parts.machine) await removeParts(before);
  return { installed: parts, lines: linesOf(parts) };
}

function partsOf({ stateMachines, rules, schedules }: StepFunctionsSpec, plan: DeploymentPlan): InstalledParts {
  const { ended, starter: start } = resourceNames(plan);
  const [machine = ""] = stateMachines.map(({ arn }) => arn);
  const starter = stateMachines.find(({ name }) => name === start)?.arn ?? null;
  return {
    region: machine.split(":")[3] ?? "",
    machine,
    starter,
    schedules: schedules.map(({ Name }) => Name ?? ""),
    // That one records the end of runs: a pause does not stop it.
    rules: rules.map(({ rule }) => rule.Name ?? "").filter((name) => name !== ended),
  };
}

function linesOf({ region, machine, schedules, rules }: InstalledParts): string[] {
  const name = machine.split(":").at(-1) ?? machine;
  const count = (number: number, what: string): string => `${number} ${what}${number === 1 ? "" : "s"}`;
  return [
    `state machine ${name} in ${region}, with ${count(schedules.length, "schedule")} and ${count(rules.length, "rule")} of EventBridge`,
    `https://${region}.console.aws.amazon.com/states/home?region=${region}#/statemachines/view/${machine}`,
  ];
}

async function removeParts(of: InstalledParts): Promise<void> {
  const { region, machine, starter } = of;
  await asking(region, "remove the deployment", async (aws) => {
    // What starts runs goes first.
    await removeOthers(aws, { of, kept: { rules: [], schedules: [] } });
    if (starter !== null) await aws.removeMachine(starter);
    await aws.removeMachine(machine.replace(/[^:]+$/, installedNames(of).ended));
    await aws.removeMachine(machine);
  });
}

/** What an earlier version had and this one has not. */
async function removeOthers(
  aws: ProductionCalls,
  { of, kept }: { of: InstalledParts; kept: { rules: readonly string[]; schedules: readonly string[] } },
): Promise<void> {
  const { machine } = installedNames(of);
  for (const name of await aws.schedules(`${machine}-`))
    if (!kept.schedules.includes(name)) await aws.removeSchedule(name);
  for (const name of await aws.rules(`${machine}-`)) if (!kept.rules.includes(name)) await aws.removeRule(name);
}

async function asking<T>(region: string, task: string, work: (aws: ProductionCalls) => Promise<T>): Promise<T> {
  const aws = loadProduction(region);
  try {
    return await work(aws);
  } catch (error) {
    throw productionError(error, task);
  } finally {
    aws.close();
  }
}
