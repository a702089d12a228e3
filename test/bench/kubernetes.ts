/**
 * What a step on Kubernetes costs beyond the pod itself, and how many requests a foreach takes: `npx tsx test/bench/kubernetes.ts
 * FOLDER`, where the folder holds a cluster that `scripts/ensure-kubernetes.mjs FOLDER` started. Bare pods of the same image and
 * requests are run in turns with a flow of steps that do nothing; differences come from one run on one machine.
 */
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { openDatastore } from "../../runtime/datastore/datastore.ts";
import { CountingProxy } from "../rigs/kubernetes/counting-proxy.ts";

const MILLRACE = fileURLToPath(new URL("../../dist/bin.js", import.meta.url));
const ROUNDS = 2;
const STEPS = 5;
const [given = "", wide = "40"] = process.argv.slice(2);
const cluster = JSON.parse(fs.readFileSync(path.join(given, "cluster.json"), "utf8")) as {
  kubeconfig: string;
  kubectl: string;
  image: string;
};

const folder = fs.mkdtempSync(path.join(os.tmpdir(), "millrace-bench-"));
const file = path.join(folder, "chain.ts");
const steps = Array.from({ length: STEPS }, (_, index) => {
  if (index === 0) return "@step start() { this.next(this.s1); }";
  if (index === STEPS - 1) return "@step end() {}";
  return `@step s${index}() { this.next(this.${index === STEPS - 2 ? "end" : `s${index + 1}`}); }`;
});
const HEAD = 'import { FlowSpec, main, step, type Inputs } from "millrace";\n';
fs.writeFileSync(file, `${HEAD}class ChainFlow extends FlowSpec {\n  ${steps.join("\n  ")}\n}\nmain(ChainFlow);\n`);
const fan = path.join(folder, "fan.ts");
fs.writeFileSync(
  fan,
  `${HEAD}class FanFlow extends FlowSpec {
  items = Array.from({ length: ${Number(wide)} }, (_, index) => index);
  @step start() { this.next(this.one, { foreach: "items" }); }
  @step one() { this.next(this.join); }
  @step join(_: Inputs<FanFlow>) { this.next(this.end); }
  @step end() {}
}
main(FanFlow);
`,
);
fs.writeFileSync(path.join(folder, "package.json"), JSON.stringify({ type: "module", private: true }));

const proxy = await CountingProxy.to(cluster.kubeconfig, folder);
const env = {
  ...process.env,
  KUBECONFIG: proxy.kubeconfig,
  MILLRACE_IMAGE: cluster.image,
  MILLRACE_KUBERNETES_VOLUME: `${folder}:${folder}`,
};
const bare: number[] = [];
const perStep: number[] = [];
for (let round = 0; round < ROUNDS; round += 1) {
  for (let count = 0; count < STEPS; count += 1) bare.push(await barePod(`bare-${round}-${count}`));
  const store = path.join(folder, `store-${round}`);
  await run(file, store, "kubernetes:cpu=0.2,memory=512");
  const times = startsOf(store, "ChainFlow");
  perStep.push(((times.at(-1) ?? 0) - (times[0] ?? 0)) / (STEPS - 1));
}
proxy.requests.length = 0;
await run(fan, path.join(folder, "store-fan"), "kubernetes:cpu=0.1,memory=128");
const requests = proxy.requests.length;
proxy.close();
fs.rmSync(folder, { recursive: true, force: true });

const [one, all] = [median(bare), median(perStep)];
console.log(`bare pod, create to ended        ${ms(one)}  (${ms(Math.min(...bare))} to ${ms(Math.max(...bare))})`);
console.log(
  `a step on Kubernetes             ${ms(all)}  (${ms(Math.min(...perStep))} to ${ms(Math.max(...perStep))})`,
);
console.log(`overhead of a step               ${ms(all - one)}  (target: at most 200 ms)`);
console.log(`requests of a run with a foreach of ${wide}: ${requests}  (target: at most 60 for 1,000)`);

async function run(flow: string, store: string, engine: string): Promise<void> {
  const child = spawn(process.execPath, [MILLRACE, "run", flow, "--with", engine], {
    env: { ...env, MILLRACE_DATASTORE: store },
    stdio: ["ignore", "ignore", "pipe"],
  });
  let said = "";
  child.stderr.on("data", (piece: Buffer) => (said += String(piece)));
  const [code] = (await once(child, "close")) as [number | null];
  if (code !== 0) throw new Error(said);
}

function startsOf(store: string, flow: string): number[] {
  const opened = openDatastore(store);
  const record = opened.record(flow, opened.runs(flow)[0] ?? "");
  return [...record.events()].flatMap((event) =>
    event.type === "task-succeeded" ? [record.resultAt(event.result).startedAt] : [],
  );
}

/** As a Job, which is what a step is as well. */
async function barePod(name: string): Promise<number> {
  const container = {
    name: "task",
    image: cluster.image,
    command: ["node", "-e", "0"],
    resources: { requests: { cpu: "200m", memory: "512Mi" }, limits: { memory: "512Mi" } },
  };
  const pod = {
    restartPolicy: "Never",
    enableServiceLinks: false,
    automountServiceAccountToken: false,
    containers: [container],
  };
  const job = {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: { name },
    spec: { backoffLimit: 0, template: { spec: pod } },
  };
  const watch = spawn(
    cluster.kubectl,
    [
      "--kubeconfig",
      cluster.kubeconfig,
      "get",
      "pods",
      "--watch",
      "-l",
      `job-name=${name}`,
      "-o",
      "jsonpath={.status.phase}{'\\n'}",
    ],
    { stdio: ["ignore", "pipe", "ignore"] },
  );
  // A watch that has begun would say so only with its first pod.
  await pause(1000);
  const over = new Promise<void>((resolve) => {
    watch.stdout.on("data", (text: Buffer) => {
      if (String(text).includes("Succeeded")) resolve();
    });
  });
  const startedAt = performance.now();
  await proxy.create(job);
  await over;
  const took = performance.now() - startedAt;
  watch.kill();
  spawnSync(cluster.kubectl, ["--kubeconfig", cluster.kubeconfig, "delete", "job", name, "--wait=false"]);
  return took;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? NaN;
}

function ms(value: number): string {
  return `${value.toFixed(0)} ms`.padStart(8);
}
