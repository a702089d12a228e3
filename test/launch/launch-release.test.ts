import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { checkStore } from "../../runtime/datastore/maintenance/check-store.ts";
import { collectGarbage } from "../../runtime/datastore/maintenance/collect-garbage.ts";
import { readRelease } from "../../runtime/datastore/kinds/release.ts";
import { ageFiles, HOUR_MS } from "../datastore/maintenance/stored-run.ts";
import { DOCKER } from "../rigs/docker/engine.ts";
import { IN_CONTAINERS } from "../e2e/docker/containers.ts";
import { type Finished, type FlowRun, millrace, node, readParameters, TSX, withRun } from "../rigs/harness.ts";
import { ESM, makeProject, STANDARD } from "../rigs/project.ts";
import { hashesOf } from "../matrix/hashes-of.ts";
import { describeWith } from "../rigs/describe-with.ts";

const PROGRAM = fileURLToPath(new URL("release-program.ts", import.meta.url));

const TIDES = `
  import { config, current, FlowSpec, includeFile, main, parameter, project, retry, step } from "millrace";
  @project({ name: "tides" })
  class TideFlow extends FlowSpec {
    @parameter({ choices: [2, 3] }) factor = 2;
    @parameter() since = new Date(0);
    @parameter() weights = new Map([["moon", 1]]);
    @includeFile() words = "words.txt";
    @config() sites = ["Brest", "Saint-Malo", "Dover"];
    @retry({ times: 1 }) @step start() { this.next(this.measure, { foreach: "sites" }); }
    @step measure() { this.level = this.words.length * this.factor + this.input.length; this.next(this.join); }
    @step join(inputs) {
      this.levels = inputs.map(({ level }) => level);
      this.place = [current.projectName, current.branchName];
      this.big = new Float64Array(1000).fill(this.factor);
      this.year = this.since.getUTCFullYear() + (this.weights.get("sun") ?? 0);
      this.next(this.end);
    }
    @step end() {}
  }
  main(TideFlow);
`;

/** Only its code knows what its parameter takes, what its secret is, and what is to be done at its end. */
const GUARDED = `
  import fs from "node:fs";
  import { FlowSpec, main, onExit, parameter, secrets, step } from "millrace";
  fs.appendFileSync(process.env.EVALUATED, process.pid + "\\n");
  const even = { "~standard": { version: 1, vendor: "test", validate: (value) =>
    Number.isInteger(Number(value)) && value % 2 === 0 ? { value: Number(value) } : { issues: [{ message: "not even" }] } } };
  @onExit({ success: ({ run }) => fs.writeFileSync(process.env.EVALUATED + ".exit", run) })
  class GuardedFlow extends FlowSpec {
    @parameter({ schema: even }) pairs = 2;
    @secrets({ sources: [{ type: "inline", vars: { TOKEN: process.env.EVALUATED } }] })
    @step start() { this.length = process.env.TOKEN.length; this.half = this.pairs / 2; this.next(this.end); }
    @step end() {}
  }
  main(GuardedFlow);
`;

interface Released {
  readonly run: FlowRun;
  readonly release: string;
  readonly cwd: string;
}

/** Runs a flow the ordinary way, and removes it: what is left of it is its release. */
async function released(
  source: string,
  args: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
): Promise<Released> {
  const files = { "package.json": ESM, "tsconfig.json": STANDARD, "words.txt": "neap and spring" };
  const cwd = makeProject({ ...files, "flow.ts": source });
  const run = withRun(await millrace(["run", "flow.ts", ...args], { cwd, env: { ...IN_CONTAINERS, ...env } }));
  expect(run.code, run.stderr).toBe(0);
  for (const name of ["flow.ts", "words.txt"]) fs.rmSync(path.join(cwd, name));
  return { run, cwd, release: run.summary.document.release ?? "" };
}

async function again(
  { run, release, cwd }: Released,
  values: Readonly<Record<string, string>>,
  env: Readonly<Record<string, string>> = {},
): Promise<Finished & { readonly pid: number; readonly again: FlowRun }> {
  const { datastore } = run;
  const argv = [TSX, PROGRAM, datastore, release, JSON.stringify(values)];
  const finished = await node(argv, { datastore, cwd, env: { ...IN_CONTAINERS, ...env } });
  expect(finished.code, finished.stderr).toBe(0);
  const said = JSON.parse(finished.stdout) as { run: string; pid: number; status: string };
  expect(said.status, finished.stderr).toBe("succeeded");
  const later = withRun(finished);
  expect(later.run).toBe(said.run);
  return { ...finished, pid: said.pid, again: later };
}

function hashes({ datastore, flow, run }: FlowRun): ReturnType<typeof hashesOf> {
  return hashesOf({ datastore, className: flow }, run);
}

test("a process that has only the release begins and drives a run like any other", async () => {
  const made = await released(TIDES, ["--factor", "3", "--config-value", "sites", '["Cuxhaven", "Husum"]']);
  const same = await again(made, { factor: "3" });
  expect(hashes(same.again)).toEqual(hashes(made.run));
  expect(readParameters(same.again)).toEqual(readParameters(made.run));
  const { document } = same.again.summary;
  const { run, createdAt, tags, ...common } = made.run.summary.document;
  expect(document).toMatchObject({ ...common, versions: { millrace: "0.0.0" } });
  expect(tags.every((tag) => document.tags.includes(tag))).toBe(true);
  expect(document.tags).toContain("from-release");
  expect([run, createdAt]).not.toContain(document.run);
});

test("values given as texts are read as the fields' kinds", async () => {
  const made = await released(TIDES);
  const { again: other } = await again(made, { since: "2026-03-14", weights: '{ "sun": 4 }' });
  expect(readParameters(other)).toMatchObject({
    factor: 2,
    since: new Date("2026-03-14"),
    weights: new Map([["sun", 4]]),
    words: "neap and spring",
  });
  const refused = async (values: string) => {
    const argv = [TSX, PROGRAM, made.run.datastore, made.release, values];
    const { code, stderr } = await node(argv, { datastore: made.run.datastore, cwd: made.cwd });
    expect(code).not.toBe(0);
    return stderr;
  };
  expect(await refused('{ "factor": "4" }')).toContain("its value is not among the choices: 4");
  expect(await refused('{ "sinse": "2026-03-14" }')).toContain("the flow has no parameter sinse: did you mean since?");
});

test("where only the code knows more, the process evaluates it, and not before", async () => {
  const evaluated = path.join(makeProject({}), "evaluated");
  const env = { EVALUATED: evaluated };
  const made = await released(GUARDED, ["--pairs", "4"], env);
  fs.rmSync(`${evaluated}.exit`);
  const { again: other, pid } = await again(made, { pairs: "4" }, env);
  expect(hashes(other)).toEqual(hashes(made.run));
  expect(fs.readFileSync(evaluated, "utf8").split("\n")).toContain(String(pid));
  expect(fs.readFileSync(`${evaluated}.exit`, "utf8")).toBe(other.run);
});

test("a flow whose release says all is never evaluated in the process that drives it", async () => {
  const evaluated = path.join(makeProject({}), "evaluated");
  const env = { EVALUATED: evaluated };
  const source = `import fs from "node:fs";\nfs.appendFileSync(process.env.EVALUATED, process.pid + "\\n");${TIDES}`;
  const made = await released(source, [], env);
  fs.rmSync(evaluated);
  const { pid } = await again(made, {}, env);
  const pids = fs.readFileSync(evaluated, "utf8").split("\n");
  expect(pids.length).toBeGreaterThan(1);
  expect(pids).not.toContain(String(pid));
});

test("a release names where secrets come from, and what only the code knows", async () => {
  const made = await released(GUARDED, [], { EVALUATED: path.join(makeProject({}), "evaluated") });
  const { store } = made.run;
  const document = readRelease(store.blobs, made.release);
  expect(document.secrets).toEqual({ start: [{ type: "inline", names: ["TOKEN"] }] });
  expect(document.exitHooks).toEqual(["success"]);
  expect(document.parameters).toEqual([
    { kind: "parameter", name: "pairs", isRequired: false, env: null, default: null, choices: null, isInCode: true },
  ]);
});

test("gc keeps the defaults of a kept run's release, and fsck misses them", async () => {
  const long = TIDES.replace('words = "words.txt"', 'words = "long.txt"').replace(
    "@step end() {}",
    "@parameter() scale = new Float64Array(1000); @step end() {}",
  );
  const files = { "package.json": ESM, "tsconfig.json": STANDARD, "flow.ts": long, "long.txt": "tide ".repeat(1000) };
  const cwd = makeProject(files);
  const run = withRun(await millrace(["run", "flow.ts"], { cwd }));
  expect(run.code, run.stderr).toBe(0);
  for (const name of ["flow.ts", "long.txt"]) fs.rmSync(path.join(cwd, name));
  const release = run.summary.document.release ?? "";
  const { datastore, store } = run;
  const told = { signal: new AbortController().signal, progress: () => undefined };
  ageFiles(datastore, 2 * HOUR_MS);
  store.blobs.put("0".repeat(64), [Buffer.alloc(2000)]);
  ageFiles(path.join(datastore, "blobs"), 2 * HOUR_MS);
  const { removed } = await collectGarbage(store, { ...told, rules: [], flow: null, isDryRun: false });
  expect(removed.blobs.count).toBe(1);
  const { again: other } = await again({ run, release, cwd }, {});
  expect(readParameters(other)).toMatchObject({ words: "tide ".repeat(1000), scale: new Float64Array(1000) });

  const [hash = ""] = readRelease(store.blobs, release).parameters.flatMap(({ name, default: ref }) =>
    name === "scale" && ref !== null ? [ref.hash] : [],
  );
  fs.rmSync(path.join(datastore, "blobs/sha256", hash.slice(0, 2), hash.slice(2)));
  const report = await checkStore(store, { ...told, isQuick: false, isRepair: false, copyOf: () => null });
  const losses = report.problems.flatMap(({ loses }) => loses);
  expect(losses).toContain(`TideFlow/${run.run} default of parameter "scale"`);
});

test("a release that no run names any more is safe from a gc beside its launch, once it has begun", async () => {
  const made = await released(TIDES);
  const { datastore, store } = made.run;
  const ofBlob = (hash: string) => path.join(datastore, "blobs/sha256", hash.slice(0, 2), hash.slice(2));
  const { code } = readRelease(store.blobs, made.release);
  const collect = () =>
    collectGarbage(store, {
      signal: new AbortController().signal,
      progress: () => undefined,
      ...{ rules: [], flow: null, isDryRun: false },
    });
  const forgetRuns = () => {
    fs.rmSync(path.join(datastore, "flows"), { recursive: true });
  };
  forgetRuns();
  ageFiles(datastore, 2 * HOUR_MS);
  await again(made, {});
  forgetRuns();
  for (const hash of [made.release, code])
    expect(fs.statSync(ofBlob(hash)).mtimeMs).toBeGreaterThan(Date.now() - HOUR_MS);
  await collect();
  await again(made, {});
  forgetRuns();
  ageFiles(datastore, 2 * HOUR_MS);
  await collect();
  expect([made.release, code].map((hash) => fs.existsSync(ofBlob(hash)))).toEqual([false, false]);
});

describeWith(DOCKER, "a release of steps in containers", () => {
  test("runs them there, in a process that has only the release", async () => {
    const made = await released(TIDES, ["--with", "docker", "--factor", "3"]);
    fs.rmSync(path.join(made.cwd, "node_modules"), { recursive: true });
    const same = await again(made, { factor: "3" });
    expect(hashes(same.again)).toEqual(hashes(made.run));
    expect(Object.values(readRelease(made.run.store.blobs, made.release).engines)).toContain("docker");
  });
});
