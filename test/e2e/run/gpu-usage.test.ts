import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { Run } from "../../../sdk/client/index.ts";
import { DISPLAY } from "../../../sdk/client/mime-bundle.ts";
import { millrace } from "../../rigs/harness.ts";
import { ESM, LEGACY, makeProject } from "../../rigs/project.ts";

const FAKE = fileURLToPath(new URL("../../rigs/gpus/nvidia-smi.mjs", import.meta.url));

/** Each `uses` waits until the one who looks at GPUs has printed a while. */
const FLOW = `import { FlowSpec, main, resources, step } from "millrace";

class GpuFlow extends FlowSpec {
  @step start() { this.next(this.uses); }
  @resources({ gpu: 1 })
  @step async uses() {
    await new Promise((resolve) => setTimeout(resolve, 3_000));
    this.next(this.other);
  }
  @step other() { this.next(this.end); }
  @step end() {}
}
main(GpuFlow);
`;

/** A folder with a flow, and beside it a program named nvidia-smi. */
function place() {
  const cwd = makeProject({ "flow.ts": FLOW, "package.json": ESM, "tsconfig.json": LEGACY });
  const programs = path.join(cwd, "programs");
  fs.mkdirSync(programs);
  fs.writeFileSync(path.join(programs, "nvidia-smi"), `#!/bin/sh\nexec "${process.execPath}" "${FAKE}" "$@"\n`, {
    mode: 0o755,
  });
  const asked = path.join(cwd, "asked");
  const PATH = `${programs}${path.delimiter}${process.env["PATH"] ?? ""}`;
  return {
    options: {
      cwd,
      datastore: path.join(cwd, "store"),
      env: { PATH, ASKED: asked, EVERY_MS: "100", CUDA_VISIBLE_DEVICES: "0,1" },
    },
    asked: () => (fs.existsSync(asked) ? fs.readFileSync(asked, "utf8").trimEnd().split("\n") : []),
  };
}

test.skipIf(process.platform === "win32")("what an attempt's GPU does is looked at by one program", async () => {
  const { options, asked } = place();
  const run = await millrace(["run", "flow.ts"], options);
  expect(run.code, run.stderr).toBe(0);
  expect(asked()).toEqual([
    "--query-gpu=index,uuid,utilization.gpu,memory.used,name --format=csv,noheader,nounits -l 2",
  ]);
  const read = await Run.get("GpuFlow/latest", { datastore: options.datastore });
  const uses = await read.step("uses").task();
  expect(uses.usage?.gpu).toMatchObject({
    count: 1,
    maxPercent: 80,
    peakMemory: 3000 * 2 ** 20,
    model: "NVIDIA A100-SXM4-80GB",
  });
  expect(uses.usage?.gpu?.meanPercent).toBeGreaterThan(20);
  expect(uses.usage?.gpu?.meanPercent).toBeLessThan(80);
  const { atMs = [], gpuPercent = [], gpuMemoryMb = [] } = uses.usage?.series ?? {};
  expect([gpuPercent.length, gpuMemoryMb.length]).toEqual([atMs.length, atMs.length]);
  expect(gpuPercent.at(-1)).toBe(80);
  expect(gpuMemoryMb.at(-1)).toBe(3000);
  const { "text/html": html } = await uses[DISPLAY]();
  for (const chart of ["memory, MB", "processors", "GPUs busy, %", "memory of GPUs, MB"]) expect(html).toContain(chart);
  expect((await read.step("other").task()).usage?.gpu).toBeNull();
  const [, usage] = await read.usage();
  expect(usage).toMatchObject({ step: "uses", gpu: { memoryMb: { max: 3000 } } });
  expect(usage?.wasted.gpuHours).toBeGreaterThan(0);
  const { stdout } = await millrace(["usage", "GpuFlow/latest"], options);
  expect(stdout).toMatch(/GPU/);
});

test.skipIf(process.platform === "win32")("nobody looks where a setting says so", async () => {
  const { options, asked } = place();
  const off = { ...options, env: { ...options.env, MILLRACE_GPU_USAGE: "off" } };
  expect((await millrace(["run", "flow.ts"], off)).code).toBe(0);
  expect(asked()).toEqual([]);
  const wrong = await millrace(["run", "flow.ts"], { ...options, env: { ...options.env, MILLRACE_GPU_USAGE: "no" } });
  expect(wrong.code).toBe(2);
  expect(wrong.stderr).toContain("Cannot use the setting gpuUsage because it must be on or off: no");
});

test.skipIf(process.platform === "win32")("a program that ends or is not there costs no task", async () => {
  const { options } = place();
  fs.writeFileSync(
    path.join(options.cwd, "programs/nvidia-smi"),
    "#!/bin/sh\necho failed because it has no driver\nexit 9\n",
  );
  expect((await millrace(["run", "flow.ts"], options)).code).toBe(0);
  const read = await Run.get("GpuFlow/latest", { datastore: options.datastore });
  const uses = await read.step("uses").task();
  expect(uses.usage?.gpu).toBeNull();
  expect(uses.usage?.series?.gpuPercent).toBeUndefined();
});
