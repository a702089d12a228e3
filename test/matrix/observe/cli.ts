import { expect } from "vitest";
import type { TaskSource } from "../../../runtime/datastore/run-event.ts";
import type { GeneratedFlow } from "../flow/generated-flow.ts";
import { type ObservedArtifacts, type ObservedLine, type ObservedRun, type Observer, once } from "./observer.ts";

interface StatusJson extends Omit<ObservedRun, "parameters"> {
  readonly tasks: readonly {
    readonly task: number;
    readonly step: string;
    readonly path: string;
    readonly index: number | null;
    readonly status: string;
    readonly attempts: readonly { readonly status: string }[];
    readonly isReused: boolean;
    readonly source: TaskSource;
    readonly next: string | null;
  }[];
}

interface ArtifactJson {
  readonly name: string;
  readonly hash: string;
  readonly value?: unknown;
}

interface DumpJson {
  readonly parameters: readonly ArtifactJson[];
  readonly tasks: readonly { readonly task: number; readonly artifacts: readonly ArtifactJson[] }[];
}

/** The run as `status`, `dump` and `logs` print it with `--json`. */
export function observeByCli(flow: GeneratedFlow, runId: string): Observer {
  const printed = async (command: string): Promise<string> => {
    const { code, stdout, stderr } = await flow.command([command, runId, "--json"]);
    expect(code, stderr).toBe(0);
    return stdout;
  };
  const status = once(async () => JSON.parse(await printed("status")) as StatusJson);
  const dump = once(async () => JSON.parse(await printed("dump")) as DumpJson);
  const idOf = once(async () => {
    const { tasks } = await status();
    return new Map(tasks.map(({ task, step, path }) => [task, `${step}@${path}`]));
  });
  return {
    checker: "cli",
    runId,
    async header() {
      const { status: word, tags, originRun } = await status();
      const { parameters } = await dump();
      const given = Object.fromEntries(parameters.map(({ name, value }) => [name, value]));
      return { status: word, tags, originRun, parameters: given };
    },
    tasks: once(async () =>
      (await status()).tasks.map(({ task, step, path, index, status: word, attempts, isReused, source, next }) => ({
        ...{ id: `${step}@${path}`, task, step, index, status: word, isReused, source, next },
        attempts: attempts.map((attempt) => attempt.status),
      })),
    ),
    artifacts: once(async () => {
      const ids = await idOf();
      const { tasks } = await dump();
      return new Map(tasks.map(({ task, artifacts }) => [ids.get(task) ?? "", tableOf(artifacts)]));
    }),
    lines: once(async () => {
      const ids = await idOf();
      const byTask = new Map<string, ObservedLine[]>([...ids.values()].map((id) => [id, []]));
      for (const text of (await printed("logs")).split("\n")) {
        if (text === "") continue;
        const line = JSON.parse(text) as ObservedLine & { task: number };
        byTask.get(ids.get(line.task) ?? "")?.push({ stream: line.stream, text: line.text });
      }
      return byTask;
    }),
  };
}

function tableOf(artifacts: readonly ArtifactJson[]): ObservedArtifacts {
  return Object.fromEntries(artifacts.map(({ name, hash, value }) => [name, { hash, value }]));
}
