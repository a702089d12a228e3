import {
  DescribeExecutionCommand,
  GetExecutionHistoryCommand,
  ListExecutionsCommand,
  SFNClient,
  StartExecutionCommand,
  StopExecutionCommand,
} from "@aws-sdk/client-sfn";
import { beforeAll, expect } from "vitest";
import { LOCALEMU, localemuForFile } from "../../rigs/aws/localemu.ts";
import { productionAccount } from "../../rigs/aws/production-account.ts";
import { CREDENTIALS } from "../../rigs/aws/stack.ts";
import type { Need } from "../../rigs/describe-with.ts";
import { DOCKER } from "../../rigs/docker/engine.ts";
import { type Finished, type FlowRun, folderOfFile, millrace, withRun } from "../../rigs/harness.ts";

export const PRODUCTION: Need = {
  name: `${LOCALEMU.name} and ${DOCKER.name}`,
  missing: LOCALEMU.missing ?? DOCKER.missing,
};

const LOOK_MS = 200;

/** An execution that has ended. */
export interface EndedExecution {
  readonly name: string;
  readonly status: string;
  readonly startedAt: number;
}

export interface Account {
  readonly env: Readonly<Record<string, string>>;
  readonly datastore: string;
  /** `millrace ARGS`, which has to go well. */
  ask(...args: readonly string[]): Promise<Finished>;
  /** ARN of the deployment's state machine, as its last installation said. */
  machineOf(deployed: Finished): string;
  /** @returns ARN of the execution */
  start(machine: string, input: object): Promise<string>;
  stop(execution: string): Promise<void>;
  /** The end of an execution. */
  ended(arn: string): Promise<EndedExecution>;
  /** Names of the states that an execution came to. */
  statesOf(arn: string): Promise<readonly string[]>;
  /** Those of a machine, the first one first; waits until there are as many. */
  executions(machine: string, atLeast: number): Promise<readonly string[]>;
  /** The latest run. */
  run(finished: Finished): FlowRun;
}

/** One account of LocalEmu's for all tests of a file; this process reaches it, too. */
export function accountForFile(): () => Account {
  const server = localemuForFile();
  let account: Account | null = null;
  beforeAll(async () => {
    const home = folderOfFile();
    const made = await productionAccount(server.url());
    const env = { ...made, HOME: home, MILLRACE_CACHE: `${home}/cache`, MILLRACE_USER: "ada" };
    Object.assign(process.env, env);
    account = new AccountOf(server.url(), env);
  });
  return () => {
    if (account === null) throw new Error("the account is there while tests run");
    return account;
  };
}

class AccountOf implements Account {
  readonly env: Readonly<Record<string, string>>;
  readonly datastore: string;
  readonly #states: SFNClient;

  constructor(endpoint: string, env: Readonly<Record<string, string>>) {
    this.env = env;
    this.datastore = env["MILLRACE_DATASTORE"] ?? "";
    this.#states = new SFNClient({ endpoint, region: "us-east-1", credentials: CREDENTIALS });
  }

  async ask(...args: readonly string[]): Promise<Finished> {
    const finished = await millrace(args, { env: this.env, datastore: this.datastore });
    expect(finished.code, finished.stderr + finished.stdout).toBe(0);
    return finished;
  }

  machineOf({ stdout, stderr }: Finished): string {
    const [, arn] = /statemachines\/view\/(\S+)/.exec(stdout + stderr) ?? [];
    if (arn === undefined) throw new Error(`no state machine in: ${stdout}${stderr}`);
    return arn;
  }

  async start(stateMachineArn: string, input: object): Promise<string> {
    const command = new StartExecutionCommand({ stateMachineArn, input: JSON.stringify(input) });
    return (await this.#states.send(command)).executionArn ?? "";
  }

  async stop(executionArn: string): Promise<void> {
    await this.#states.send(new StopExecutionCommand({ executionArn }));
  }

  async ended(executionArn: string): Promise<EndedExecution> {
    for (;;) {
      const { name = "", status, startDate } = await this.#states.send(new DescribeExecutionCommand({ executionArn }));
      if (status !== "RUNNING") return { name, status: status ?? "", startedAt: startDate?.getTime() ?? 0 };
      await pause();
    }
  }

  async statesOf(executionArn: string): Promise<readonly string[]> {
    const { events = [] } = await this.#states.send(new GetExecutionHistoryCommand({ executionArn, maxResults: 1000 }));
    return events.flatMap(({ stateEnteredEventDetails }) => stateEnteredEventDetails?.name ?? []);
  }

  async executions(stateMachineArn: string, atLeast: number): Promise<readonly string[]> {
    for (;;) {
      const { executions = [] } = await this.#states.send(new ListExecutionsCommand({ stateMachineArn }));
      const sorted = executions.sort((a, b) => (a.startDate?.getTime() ?? 0) - (b.startDate?.getTime() ?? 0));
      if (sorted.length >= atLeast) return sorted.map(({ executionArn = "" }) => executionArn);
      await pause();
    }
  }

  run(finished: Finished): FlowRun {
    return withRun({ ...finished, datastore: this.datastore });
  }
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, LOOK_MS));
}
