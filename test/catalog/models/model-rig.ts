import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { onTestFinished } from "vitest";
import { type Datastore, openDatastore, prepareDatastore } from "../../../runtime/datastore/datastore.ts";
import { large, type StoredRun, storeRun } from "../../datastore/maintenance/stored-run.ts";
import { ROOT, temporaryFolder } from "../../rigs/harness.ts";

/** A datastore in a folder with runs whose artifacts can be registered. */
export interface ModelRig {
  readonly folder: string;
  readonly store: Datastore;
  /** Stores a run; its model is a blob of those bytes. */
  train(run: string, content: number): StoredRun;
}

export function modelRig(): ModelRig {
  const folder = temporaryFolder();
  const store = openDatastore(folder);
  prepareDatastore(store);
  return { folder, store, train: (run, content) => trainIn(store, run, content) };
}

/** A run whose first task left a model, and the data that it was made of. */
export function trainIn(store: Datastore, run: string, content: number): StoredRun {
  const artifacts = { model: large(content), data: large(content + 100), rows: 3 };
  return storeRun(store, { flow: "Churn", run, parameters: { rate: 0.1 }, artifacts });
}

export function pathspecOf({ flow, run }: StoredRun): string {
  return `${flow}/${run}/start/1/model`;
}

/** Processes that wait until all are ready, then do it at once; each gives what it prints. */
export async function atOnce(
  count: number,
  { script, env }: { readonly script: string; readonly env: Readonly<Record<string, string>> },
): Promise<unknown[]> {
  const head = `import { models } from "millrace/models";
    import { once } from "node:events";
    const say = (value) => console.log(JSON.stringify(value));
    say("ready");
    await once(process.stdin, "data");`;
  const children = Array.from({ length: count }, (_, index) =>
    spawn(process.execPath, ["--input-type=module", "-e", `${head}\n${script}\nprocess.stdin.destroy();`], {
      cwd: ROOT,
      env: { ...process.env, ...env, MILLRACE_USER: `user${index}`, INDEX: String(index) },
      stdio: ["pipe", "pipe", "inherit"],
    }),
  );
  onTestFinished(() => void children.map((child) => child.kill("SIGKILL")));
  const answers = children.map(linesOf);
  for (const answer of answers) await answer.next();
  for (const { stdin } of children) stdin?.write("go\n");
  return Promise.all(answers.map(async (answer) => JSON.parse(String((await answer.next()).value)) as unknown));
}

function linesOf({ stdout }: ChildProcess): AsyncIterator<string> {
  if (stdout === null) throw new Error("its output is a pipe");
  return createInterface({ input: stdout })[Symbol.asyncIterator]();
}
