import fs from "node:fs";
import path from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { Task } from "../../../sdk/client/index.ts";
import { describeWith } from "../../rigs/describe-with.ts";
import { DOCKER } from "../../rigs/docker/engine.ts";
import { millrace, temporaryFolder } from "../../rigs/harness.ts";
import { ESM, makeProject, STANDARD } from "../../rigs/project.ts";
import { IN_CONTAINERS } from "./containers.ts";

const FLOW = `import { current, FlowSpec, main, parameter, step } from "millrace";
import fs from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

class FitFlow extends FlowSpec {
  @parameter() gate = "";
  @step({ start: true, end: true }) async fit() {
    for (let epoch = 1; epoch <= 4; epoch += 1) current.progress(epoch / 10, \`epoch \${epoch}\`);
    while (!fs.existsSync(\`\${this.gate}/go\`)) await sleep(50);
    console.log("fitted");
  }
}
main(FitFlow);
`;

describeWith(DOCKER, "current.progress in a container", () => {
  test("is in status and in the client while the step runs, and no line of its log", async () => {
    const cwd = makeProject({ "flow.ts": FLOW, "package.json": ESM, "tsconfig.json": STANDARD });
    const [gate, datastore] = [temporaryFolder(), path.join(cwd, "store")];
    const args = ["run", "flow.ts", "--with", `docker:mounts=["${gate}:${gate}"]`, "--gate", gate];
    const run = millrace(args, { cwd, datastore, env: IN_CONTAINERS });
    onTestFinished(() => fs.writeFileSync(path.join(gate, "go"), ""));
    const status = async (...more: string[]) =>
      (await millrace(["status", "flow.ts", ...more], { cwd, datastore })).stdout;
    await expect.poll(status, { timeout: 90_000, interval: 500 }).toMatch(/^fit\/1 +40% {2}epoch 4 {2}\S/m);
    const task = await Task.get("FitFlow/latest/fit/1", { datastore });
    expect(await task.progress).toEqual({ fraction: 0.4, note: "epoch 4", time: expect.any(Date) as Date });
    fs.writeFileSync(path.join(gate, "go"), "");
    const { code, stdout, stderr } = await run;
    expect(code, stderr).toBe(0);
    expect(stdout + stderr).toContain("fitted");
    expect(stdout + stderr).not.toContain("epoch");
    expect((await millrace(["logs", "FitFlow/latest/fit"], { cwd, datastore })).stdout).not.toContain("epoch");
    expect(await (await Task.get("FitFlow/latest/fit/1", { datastore })).progress).toBeNull();
    const fsck = await millrace(["fsck", "--datastore", datastore]);
    expect(fsck.code, fsck.stdout).toBe(0);
  });
});
