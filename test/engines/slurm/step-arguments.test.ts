import { expect, test } from "vitest";
import type { JobGroup, StepJob } from "../../../runtime/engines/jobs/job-service.ts";
import { checkSteps } from "../../../runtime/engines/slurm/check-steps.ts";
import { jobEnvironment } from "../../../runtime/engines/slurm/job-environment.ts";
import { Shell } from "../../../runtime/engines/slurm/shell.ts";
import { groupArguments, stepArguments } from "../../../runtime/engines/slurm/step-arguments.ts";
import { slurmDefinition } from "../../../sdk/decorators/slurm.ts";

const NONE = { partition: null, account: null };

function needs(parts: Partial<StepJob> = {}): StepJob {
  const plain = { step: "train", cpu: 1.5, gpu: 0, memoryMb: 4096, sharedMemoryMb: null, diskMb: null, image: "" };
  return { ...plain, timeoutMs: null, options: {}, ...parts };
}

test("what a step needs becomes options of sbatch", () => {
  expect(stepArguments(needs({ gpu: 2, timeoutMs: 3_600_000, diskMb: 100 }), NONE)).toEqual(
    "--ntasks=1 --cpus-per-task=2 --mem=4096M --gres=gpu:2 --time=65 --tmp=100M".split(" "),
  );
});

test("the decorator's own options win over settings, and overrides over all", () => {
  const settings = slurmDefinition.settings({
    ...{ partition: "gpu", gres: "gpu:a100:1", time: "1-12", exclusive: true },
    overrides: { mem: false, "mail-type": "END", nice: 100, contiguous: true },
  });
  const options = settings.engine?.options ?? {};
  expect(stepArguments(needs({ options, gpu: 4 }), { partition: "cpu", account: "lab" })).toEqual(
    "--partition=gpu --account=lab --ntasks=1 --cpus-per-task=2 --gres=gpu:a100:1 --time=1-12 --exclusive --mail-type=END --nice=100 --contiguous".split(
      " ",
    ),
  );
});

test.each(["soon", "1:2:3:4", 0, 1.5, true])("a time that Slurm does not read is refused: %s", (time) => {
  expect(() => slurmDefinition.settings({ time })).toThrow("time must be a time as Slurm writes it");
});

test.each(["clusters", "cluster", "export-file", "quiet", "job-nam"])(
  "overrides cannot change how jobs are started and found: %s",
  async (name) => {
    const options = { overrides: { [name]: "x" } };
    const shell = new Shell({ host: null, bin: "/nowhere", env: {} });
    const settings = { ...NONE, host: null, bin: null, folder: null, node: null, maxJobs: null };
    const check = checkSteps([needs({ options })], { shell, settings, warning: () => undefined });
    await expect(check).rejects.toThrow("does not change an option by which Millrace starts and finds its jobs");
  },
);

test("another cluster that the launcher's shell names for sbatch alone is not taken", () => {
  expect(jobEnvironment({ SBATCH_CLUSTERS: "big", SLURM_CLUSTERS: "own", SBATCH_QOS: "long" })).toEqual({
    SLURM_CLUSTERS: "own",
    SBATCH_QOS: "long",
  });
});

test("jobs of a group are one array, which Slurm never starts again by itself", () => {
  const group: JobGroup = {
    ...{ name: "F-train-r1-2-0", run: { flow: "F", run: "r1" }, user: "ada", command: [], env: {}, needs: needs() },
    tasks: [0, 1, 2].map((task) => ({ task, attempt: 0 })),
  };
  const args = groupArguments(group, { ...NONE, output: "/shared/F-r1/x-%a.out" });
  for (const wanted of ["--array=0-2", "--no-requeue", "--job-name=F-r1", "--open-mode=append"])
    expect(args).toContain(wanted);
  expect(
    groupArguments({ ...group, tasks: group.tasks.slice(0, 1) }, { ...NONE, output: "x" }).join(" "),
  ).not.toContain("--array");
});
