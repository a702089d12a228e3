import fs from "node:fs";
import path from "node:path";
import { expect, onTestFinished, test } from "vitest";
import type { RunAnswer } from "../../../runtime/web/api/shapes.ts";
import { millrace, tsx } from "../../rigs/harness.ts";
import { startPage } from "../../web/server/served-page.ts";
import { ESM, LEGACY, makeProject } from "../../rigs/project.ts";

const FLOW = `import { concurrency, FlowSpec, main, resources, step, type Inputs } from "millrace";
import fs from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

async function gone() { while (!fs.existsSync(process.env.GO!)) await sleep(50); }

class WaitingFlow extends FlowSpec {
  items = [1, 2];
  @step start() { this.next(this.idle, this.large, this.called, this.plain); }
  @step large() { this.next(this.fit, { foreach: "items" }); }
  @resources({ memory: 900 }) @step async fit() { await gone(); this.next(this.fitted); }
  @step fitted(inputs: Inputs<WaitingFlow>) { this.next(this.join); }
  @step called() { this.next(this.ask, { foreach: "items" }); }
  @concurrency({ limit: 1, key: "service" }) @step async ask() { await gone(); this.next(this.asked); }
  @step asked(inputs: Inputs<WaitingFlow>) { this.next(this.join); }
  @step async idle() { await gone(); this.next(this.join); }
  @step plain() { this.next(this.join); }
  @step join(inputs: Inputs<WaitingFlow>) { this.next(this.end); }
  @step end() {}
}
main(WaitingFlow);
`;

const WAITS = { fit: ["memory"], ask: ["@concurrency service"], plain: ["--max-workers"] };

test("what steps wait for is in status and on the page of another process, and is gone once they run", async () => {
  const cwd = makeProject({ "flow.ts": FLOW, "package.json": ESM, "tsconfig.json": LEGACY });
  const at = { cwd, datastore: path.join(cwd, "store") };
  const go = path.join(cwd, "go");
  const run = tsx("./flow.ts", ["run", "--max-workers", "3", "--max-memory", "1000"], { ...at, env: { GO: go } });
  onTestFinished(() => fs.writeFileSync(go, ""));

  const waits = async () => {
    const { code, stdout } = await millrace(["status", "flow.ts", "--json"], at);
    if (code !== 0) return {};
    const { steps } = JSON.parse(stdout) as { steps: { step: string; waitsFor: string[] }[] };
    return Object.fromEntries(steps.flatMap(({ step, waitsFor }) => (waitsFor.length > 0 ? [[step, waitsFor]] : [])));
  };
  await expect.poll(waits, { timeout: 60_000, interval: 500 }).toEqual(WAITS);
  const { stdout } = await millrace(["status", "flow.ts"], at);
  expect(stdout).toMatch(/^fit +2 .* waits for memory$/m);
  expect(stdout).toMatch(/^ask +2 .* waits for @concurrency service$/m);
  expect(stdout).toMatch(/^plain +1 .* waits for --max-workers$/m);
  const page = await startPage(["--datastore", at.datastore], { cwd });
  const { runs } = await page.get<{ runs: { id: string }[] }>("/api/runs");
  const { steps } = await page.get<RunAnswer>(`/api/runs/WaitingFlow/${runs[0]?.id ?? ""}`);
  const shown = steps.flatMap(({ name, waitsFor }) => (waitsFor.length > 0 ? [[name, waitsFor]] : []));
  expect(Object.fromEntries(shown)).toEqual(WAITS);

  fs.writeFileSync(go, "");
  const { code, stderr } = await run;
  expect(code, stderr).toBe(0);
  expect(await waits()).toEqual({});
  const fsck = await millrace(["fsck", "--datastore", at.datastore]);
  expect(fsck.code, fsck.stdout).toBe(0);
});
