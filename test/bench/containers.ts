/**
 * What a step in a container costs beyond the container itself: `npx tsx test/bench/containers.ts`. Bare containers of
 * the same image, limits and network are run in turns with a flow of steps that do nothing; ratios and differences come
 * from one run on one machine.
 */
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import Docker from "dockerode";
import { openDatastore } from "../../runtime/datastore/datastore.ts";
import { fileURLToPath } from "node:url";

const MILLRACE = fileURLToPath(new URL("../../dist/bin.js", import.meta.url));
const ROUNDS = 5;
const STEPS = 8;
const [image = "millrace-test:local"] = process.argv.slice(2);

const folder = fs.mkdtempSync(path.join(os.tmpdir(), "millrace-bench-"));
const file = path.join(folder, "chain.ts");
const steps = Array.from({ length: STEPS }, (_, index) =>
  index === 0
    ? `@step start() { this.next(this.s1); }`
    : index === STEPS - 1
      ? `@step end() {}`
      : `@step s${index}() { this.next(this.${index === STEPS - 2 ? "end" : `s${index + 1}`}); }`,
);
fs.writeFileSync(
  file,
  `import { FlowSpec, main, step } from "millrace";\nclass ChainFlow extends FlowSpec {\n  ${steps.join("\n  ")}\n}\nmain(ChainFlow);\n`,
);
fs.writeFileSync(path.join(folder, "package.json"), JSON.stringify({ type: "module", private: true }));

const bare: number[] = [];
const perStep: number[] = [];
const toFirst: number[] = [];
for (let round = 0; round < ROUNDS; round += 1) {
  for (let count = 0; count < STEPS; count += 1) bare.push(await bareContainer());
  const store = path.join(folder, `store-${round}`);
  const startedAt = Date.now();
  const env = { ...process.env, MILLRACE_IMAGE: image, MILLRACE_DATASTORE: store };
  const run = spawnSync(process.execPath, [MILLRACE, "run", file, "--with", "docker"], { env, encoding: "utf8" });
  if (run.status !== 0) throw new Error(run.stderr);
  const opened = openDatastore(store);
  const record = opened.record("ChainFlow", opened.runs("ChainFlow")[0] ?? "");
  const times = [...record.events()].flatMap((event) =>
    event.type === "task-succeeded" ? [record.resultAt(event.result).startedAt] : [],
  );
  toFirst.push((times[0] ?? 0) - startedAt);
  perStep.push(((times.at(-1) ?? 0) - (times[0] ?? 0)) / (STEPS - 1));
}
fs.rmSync(folder, { recursive: true, force: true });

const [one, all] = [median(bare), median(perStep)];
console.log(`bare container, create to gone   ${ms(one)}  (${ms(Math.min(...bare))} to ${ms(Math.max(...bare))})`);
console.log(
  `a step in a container            ${ms(all)}  (${ms(Math.min(...perStep))} to ${ms(Math.max(...perStep))})`,
);
console.log(`overhead of a step               ${ms(all - one)}  (target: at most 150 ms)`);
console.log(`from the command to the first step's first line ${ms(median(toFirst))}, a bare container included`);

async function bareContainer(): Promise<number> {
  const startedAt = performance.now();
  const container = await new Docker().createContainer({
    Image: image,
    Cmd: ["node", "-e", "0"],
    HostConfig: { Init: true, NanoCpus: 1e9, Memory: 4096 * 2 ** 20, NetworkMode: "bridge" },
  });
  const exit = container.wait({ condition: "next-exit" });
  await container.start();
  await exit;
  await container.remove();
  return performance.now() - startedAt;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? NaN;
}

function ms(value: number): string {
  return `${value.toFixed(0).padStart(5)} ms`;
}
