import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { expect, test } from "vitest";
import { openDatastore } from "../../../runtime/datastore/datastore.ts";
import { describeWith } from "../../rigs/describe-with.ts";
import { logOf, millrace, readArtifacts, ROOT, tasksOf, temporaryFolder, withRun } from "../../rigs/harness.ts";
import { ESM, makeProject, STANDARD } from "../../rigs/project.ts";
import { SLURM, slurmForFile } from "../../rigs/slurm/slurm-for-file.ts";
import { startFlow } from "../resume/started-flow.ts";

const TOKEN = "on-a-cluster-4c1e77";
const SMALL = `
import { FlowSpec, main, slurm, step } from "millrace";
class SmallFlow extends FlowSpec {
  items = [1, 2, 3];
  sum!: number;
  value!: number;
  @step start() { this.next(this.doubles, { foreach: "items" }); }
  @step doubles() { this.value = 2 * (this.input as number); this.next(this.join); }
  @step join(inputs: Iterable<SmallFlow>) { this.sum = [...inputs].reduce((sum, { value }) => sum + value, 0); this.next(this.end); }
  @step end() {}
}
main(SmallFlow);
`;

function project(text = SMALL): string {
  return makeProject({ "flow.ts": text, "tsconfig.json": STANDARD, "package.json": ESM });
}

/** A program on PATH, before all others. */
function programs(files: Readonly<Record<string, string>>): { PATH: string; folder: string } {
  const folder = temporaryFolder();
  for (const [name, text] of Object.entries(files)) fs.writeFileSync(path.join(folder, name), text, { mode: 0o755 });
  return { folder, PATH: `${folder}:${process.env["PATH"] ?? ""}` };
}

describeWith(SLURM, "a run on Slurm", () => {
  const cluster = slurmForFile();
  const run = async (cwd: string, { args = [], env = {} }: { args?: string[]; env?: Record<string, string> } = {}) =>
    millrace(["run", "flow.ts", "--with", "slurm", ...args], { cwd, env: { ...cluster().env, ...env } });

  test("makes one array of the siblings of a foreach, and leaves nothing beside the datastore", async () => {
    const seen = withRun(await run(project()));
    expect(seen.code, seen.stderr).toBe(0);
    expect(readArtifacts(seen, "end")).toMatchObject({ sum: 12 });
    const name = `--name=SmallFlow-${seen.run}`;
    const jobs = cluster().ask("squeue", "-h", "-r", "-t", "all", name, "-o", "%F").trim().split("\n");
    expect(jobs).toHaveLength(6);
    expect(new Set(jobs).size).toBe(4);
    const work = path.join(cluster().env["MILLRACE_SLURM_FOLDER"] ?? "", `millrace-slurm-${os.userInfo().username}`);
    expect(fs.readdirSync(work)).not.toContain(`SmallFlow-${seen.run}`);
  });

  test("has a few jobs take all tasks of a foreach with reuse", async () => {
    const items = Array.from({ length: 20 }, (_, item) => item);
    const cwd = project(SMALL.replace("[1, 2, 3]", JSON.stringify(items)));
    const seen = withRun(await run(cwd, { args: ["--with", "reuse", "--max-workers", "2"] }));
    expect(seen.code, seen.stderr).toBe(0);
    expect(readArtifacts(seen, "end")).toMatchObject({ sum: 380 });
    expect(tasksOf(seen, "doubles").map(({ attempts }) => attempts.length)).toEqual(items.map(() => 1));
    const name = `--name=SmallFlow-${seen.run}`;
    const jobs = cluster().ask("squeue", "-h", "-r", "-t", "all", name, "-o", "%i").trim().split("\n");
    // Those of the other three steps, and at most one for each place.
    expect(jobs.length).toBeLessThanOrEqual(5);
  });

  test("finds a job by its name where the answer of sbatch was lost, and starts none twice", async () => {
    const { PATH } = programs({
      sbatch:
        '#!/bin/sh\ncase "$*" in *--test-only*) exec /usr/bin/sbatch "$@";; esac\n/usr/bin/sbatch "$@" || exit\necho "sbatch: error: Batch job submission failed: Socket timed out on send/recv operation" >&2\nexit 1\n',
    });
    const seen = withRun(await run(project(), { env: { PATH } }));
    expect(seen.code, seen.stderr).toBe(0);
    const name = `--name=SmallFlow-${seen.run}`;
    expect(cluster().ask("squeue", "-h", "-r", "-t", "all", name, "-o", "%F").trim().split("\n")).toHaveLength(6);
  });

  test("gets from outside to the login node by ssh, which must not ask anything", async () => {
    const { folder, PATH } = programs({
      ssh: '#!/bin/sh\nprintf "%s\\n" "$*" | head -n 1 >>"${0%/*}/calls"\nfor last; do :; done\ncd / && exec env -i HOME="$HOME" PATH=/usr/bin:/bin SLURM_CONF="$SLURM_CONF" sh -c "$last"\n',
    });
    const node = { MILLRACE_SLURM_NODE: process.execPath };
    const seen = withRun(await run(project(), { env: { ...node, PATH, MILLRACE_SLURM_HOST: "ada@login" } }));
    expect(seen.code, seen.stderr).toBe(0);
    expect(readArtifacts(seen, "end")).toMatchObject({ sum: 12 });
    const calls = fs.readFileSync(path.join(folder, "calls"), "utf8").trim().split("\n");
    for (const call of calls) expect(call).toMatch(/^-o BatchMode=yes .* -- ada@login /);
  });

  test("is refused where ssh does not get there", async () => {
    const { PATH } = programs({
      ssh: '#!/bin/sh\necho "ada@login: Permission denied (publickey)." >&2\nexit 255\n',
    });
    const seen = await run(project(), { env: { PATH, MILLRACE_SLURM_HOST: "ada@login" } });
    expect(seen.code, seen.stderr).toBe(2);
    expect(seen.stderr).toContain("Cannot run steps on Slurm because ssh does not get to ada@login");
    expect(fs.existsSync(path.join(seen.datastore, "flows"))).toBe(false);
  });

  // A real Apptainer is not among Debian's packages.
  test("starts a container where a step names an image", async () => {
    const { folder, PATH } = programs({
      apptainer:
        '#!/bin/sh\nprintf "%s\\n" "$*" | head -n 1 >>"${0%/*}/calls"\nwhile [ "$1" != node.sif ]; do shift; done\nshift\nexec "$@"\n',
    });
    const text = SMALL.replace("@step join", '@slurm({ container: "node.sif", gpu: 1 }) @step join');
    const seen = withRun(await run(project(text), { env: { PATH } }));
    expect(seen.code, seen.stderr).toBe(0);
    const calls = fs.readFileSync(path.join(folder, "calls"), "utf8").trim().split("\n");
    expect(calls).toHaveLength(1);
    expect(calls[0]).toMatch(/^exec --nv --bind \S+ --bind \S+ --bind \S+ node\.sif sh -c /);
    expect(calls[0]).toContain(`--bind ${seen.datastore}`);
  });

  test("is refused before it begins, in the cluster's own words, for what the cluster does not have", async () => {
    const asked = [
      ["slurm:partition=nope", "there is no such partition"],
      ["slurm:memory=900000", "no node has that much"],
      ["slurm:gres=tpu:1", "the cluster has no such generic resource"],
      [
        'slurm:overrides={"array":"0-3"}',
        "does not change an option by which Millrace starts and finds its jobs: array",
      ],
    ];
    for (const [engine = "", because] of asked) {
      const options = { cwd: project(), env: cluster().env };
      const seen = await millrace(["run", "flow.ts", "--with", engine], options);
      expect(seen.code, seen.stderr).toBe(2);
      expect(seen.stderr).toContain(because);
      expect(fs.existsSync(path.join(seen.datastore, "flows"))).toBe(false);
    }
  });

  test("says so where a compute node has no Node", async () => {
    const seen = withRun(await run(project(), { env: { MILLRACE_SLURM_NODE: "/opt/no/node" } }));
    expect(seen.code).toBe(1);
    expect(tasksOf(seen, "start")[0]?.error?.message).toMatch(/has no program node at \/opt\/no\/node: set slurmNode/);
  });

  test("hands a secret to its job alone: neither Slurm nor a file shows it", async () => {
    const cwd = makeProject({
      "flow.ts": fs.readFileSync(path.join(ROOT, "test/e2e/docker/flows/secret.ts"), "utf8"),
      "secret.env": `CONTAINER_TOKEN='${TOKEN}'\n`,
      "tsconfig.json": STANDARD,
      "package.json": ESM,
    });
    const gate = temporaryFolder();
    const datastore = path.join(temporaryFolder(), "store");
    const { env, ask, folder } = cluster();
    const args = ["run", "--with", "slurm", "--gate", gate];
    const started = startFlow(path.join(cwd, "flow.ts"), args, { datastore, env });
    await started.said("token ***");
    const [id = ""] = openDatastore(datastore).runs("SecretFlow");
    const [job = ""] = ask("squeue", "-h", `--name=SecretFlow-${id}`, "-o", "%i").trim().split("\n");
    const shown = ask("scontrol", "show", "job", "--details", job) + ask("scontrol", "write", "batch_script", job, "-");
    expect(shown).not.toContain(TOKEN);
    const seen = filesWith(TOKEN, [datastore, env["MILLRACE_SLURM_FOLDER"] ?? "", folder]);
    expect(seen).toEqual([]);
    fs.writeFileSync(path.join(gate, "go"), "");
    const exit = await started.exit();
    const stdout = started.events.map((event) => JSON.stringify(event)).join("\n");
    const finished = withRun({ ...exit, stdout, stderr: started.stderr(), events: started.events, datastore });
    expect(tasksOf(finished, "start")[0]?.error?.message).toBe("refused ***");
    expect(logOf(finished, "start")).toBe("token ***\n");
  });
});

function filesWith(text: string, folders: readonly string[]): string[] {
  return folders.flatMap((folder) => {
    const entries = fs.readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    return entries
      .map((entry) => path.join(entry.parentPath, entry.name))
      .filter((file) => fs.readFileSync(file).includes(text));
  });
}
