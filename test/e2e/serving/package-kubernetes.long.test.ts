import { execFile, spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import process from "node:process";
import { promisify } from "node:util";
import { expect, onTestFinished, test } from "vitest";
import { SERVICE_USER } from "../../../runtime/cli/service/package/dockerfile-text.ts";
import { models } from "../../../sdk/models/index.ts";
import { modelRig, pathspecOf } from "../../catalog/models/model-rig.ts";
import { describeWith } from "../../rigs/describe-with.ts";
import { millrace, tsx } from "../../rigs/harness.ts";
import { CLUSTER, importImages, KUBERNETES, kubectl } from "../../rigs/kubernetes/cluster.ts";
import { clusterService, type ServiceClient } from "../../rigs/kubernetes/cluster-service.ts";
import { moment, serviceProject } from "../../rigs/serving/started-service.ts";

/** Says which code it is, and keeps a row waiting until a file is there. */
function serviceOf(code: string): string {
  return `
  import fs from "node:fs";
  import path from "node:path";
  import { predict, serve, Service } from "millrace/serving";
  import { z } from "zod";

  class ChurnService extends Service<Buffer> {
    static model = "Churn@production";

    @predict({ input: z.string() })
    async score(rows: string[]) {
      const gate = path.join(process.env["MILLRACE_DATASTORE"]!, "go");
      if (rows.includes("patient")) console.log("a patient row has come");
      while (rows.includes("patient") && !fs.existsSync(gate)) await new Promise((resolve) => setTimeout(resolve, 50));
      return rows.map((id) => ({ id, model: this.model[0], code: "${code}" }));
    }
  }

  serve(ChurnService);
`;
}

const NAME = "churn-service";

describeWith(KUBERNETES, "package kubernetes", () => {
  test("the manifest answers through its Service, and neither new code nor its end fails a request", async () => {
    const { folder: datastore, train } = modelRig();
    await models.register("Churn", pathspecOf(train("run-1", 11)), { datastore });
    await models.promote("Churn", 1, { alias: "production", datastore });
    const namespace = `serving-${process.pid}`;
    onTestFinished(() => void kubectl("delete", "namespace,pv", namespace, "--ignore-not-found", "--wait=false"));
    prepare(namespace, datastore);
    const of = ["--namespace", namespace, "--datastore", datastore, "--claim", "models"];
    const [first, second] = await Promise.all([packaged("first", of), packaged("second", of)]);
    await importImages([first.image, second.image]);

    await waiting("apply", "--filename", first.manifest);
    await rolledOut(namespace);
    const service = clusterService(CLUSTER.kubeconfig, { namespace, name: NAME });
    expect(await service.post("/score", "ada")).toEqual({ status: 200, body: { id: "ada", model: 11, code: "first" } });
    expect(await statesOf(datastore)).toEqual(Array.from({ length: 2 }, () => stateOf(first)));

    const asking = new AskingClients(service);
    await asking.answered(100);
    await waiting("apply", "--filename", second.manifest);
    await rolledOut(namespace);
    await expect.poll(() => podsIn(namespace).length, { interval: 200 }).toBe(2);
    await asking.answered(100);
    const answers = await asking.stop();
    expect(answers.filter(({ status }) => status !== 200)).toEqual([]);
    // Both answered while it went on, and the new code alone in the end.
    expect([...new Set(answers.map(({ code }) => code))].toSorted()).toEqual(["first", "second"]);
    expect(new Set(answers.slice(-50).map(({ code }) => code))).toEqual(new Set(["second"]));
    expect(await statesOf(datastore)).toEqual(Array.from({ length: 2 }, () => stateOf(second)));

    const addresses = podsIn(namespace).map(({ status }) => `http://${status.podIP}:3000`);
    const patient = addresses.map((address) =>
      fetch(`${address}/score`, { method: "POST", body: '"patient"' }).then((response) => response.status),
    );
    const logs = () =>
      kubectl("logs", "--tail=-1", "--namespace", namespace, "--selector", `app.kubernetes.io/name=${NAME}`);
    await expect.poll(() => logs().match(/a patient row has come/g)?.length, { interval: 200 }).toBe(2);
    await waiting("delete", "--wait=false", "--filename", second.manifest);
    for (const address of addresses) while (await takesConnections(address)) await moment(100);
    fs.writeFileSync(path.join(datastore, "go"), "");
    expect(await Promise.all(patient)).toEqual([200, 200]);
    await expect.poll(() => podsIn(namespace), { interval: 200 }).toEqual([]);
    // They have said that they ended.
    expect(await statesOf(datastore)).toEqual([]);
  }, 300_000);
});

/** A namespace that takes only what the strictest of Kubernetes' own rules for pods allows, with a volume that is a folder here. */
function prepare(namespace: string, datastore: string): void {
  // Where pods write as their own user.
  spawnSync("chown", ["--recursive", `${SERVICE_USER}:${SERVICE_USER}`, datastore]);
  const size = { storage: "1Gi" };
  const volume = { accessModes: ["ReadWriteMany"], storageClassName: "" };
  const objects = [
    {
      ...{ apiVersion: "v1", kind: "Namespace" },
      metadata: { name: namespace, labels: { "pod-security.kubernetes.io/enforce": "restricted" } },
    },
    {
      ...{ apiVersion: "v1", kind: "PersistentVolume", metadata: { name: namespace } },
      spec: { ...volume, capacity: size, hostPath: { path: datastore }, claimRef: { namespace, name: "models" } },
    },
    {
      ...{ apiVersion: "v1", kind: "PersistentVolumeClaim", metadata: { name: "models", namespace } },
      spec: { ...volume, volumeName: namespace, resources: { requests: size } },
    },
  ];
  const file = path.join(datastore, "objects.json");
  fs.writeFileSync(file, JSON.stringify({ apiVersion: "v1", kind: "List", items: objects }));
  kubectl("apply", "--filename", file);
  fs.rmSync(file);
}

interface PackagedService {
  readonly image: string;
  readonly manifest: string;
  /** Hash of its code. */
  readonly code: string;
}

/** The service as an image, and its manifest. */
async function packaged(version: string, of: readonly string[]): Promise<PackagedService> {
  const project = serviceProject(serviceOf(version));
  const image = `millrace-test:service-${version}-${process.pid}`;
  const manifest = path.join(project, `${version}.yaml`);
  onTestFinished(() => void spawnSync("docker", ["image", "rm", "--force", image]));
  const file = path.join(project, "service.ts");
  const size = ["--cpu", "100m", "--memory", "512Mi"];
  const [built, written] = await Promise.all([
    tsx(file, ["package", "docker", "--tag", image, "--base", CLUSTER.image, "--json"]),
    tsx(file, ["package", "kubernetes", "--image", image, ...size, ...of, "--output", manifest]),
  ]);
  expect([built.code, written.code], built.stderr + written.stderr).toEqual([0, 0]);
  return {
    image,
    manifest,
    code: (JSON.parse(built.stdout) as { readonly code: { readonly hash: string } }).code.hash,
  };
}

/** `kubectl ARGS`, while the test does other things. */
async function waiting(...args: readonly string[]): Promise<void> {
  await promisify(execFile)(path.join(CLUSTER.folder, "run/kubectl"), ["--kubeconfig", CLUSTER.kubeconfig, ...args]);
}

async function rolledOut(namespace: string): Promise<void> {
  await waiting("rollout", "status", `deployment/${NAME}`, "--namespace", namespace, "--timeout=120s");
}

interface Pod {
  readonly status: { readonly podIP?: string };
}

function podsIn(namespace: string): readonly Pod[] {
  return (JSON.parse(kubectl("get", "pods", "--namespace", namespace, "--output", "json")) as { items: Pod[] }).items;
}

async function statesOf(datastore: string): Promise<unknown> {
  const { stdout } = await millrace(["models", "status", "Churn", "--datastore", datastore, "--json"]);
  const states = JSON.parse(stdout) as { state: string; code: string; isRightCode: boolean }[];
  return states.map(({ state, code, isRightCode }) => ({ state, code, isRightCode }));
}

function stateOf({ code }: PackagedService) {
  return { state: "right", code, isRightCode: true };
}

/** False for a server that ends: it takes no new ones. */
function takesConnections(address: string): Promise<boolean> {
  return fetch(`${address}/healthz`).then(
    () => true,
    () => false,
  );
}

interface Asked {
  readonly status: number;
  readonly code: string | undefined;
}

/** Clients that ask again and again, each when it has its answer. */
class AskingClients {
  readonly #service: ServiceClient;
  readonly #answers: Asked[] = [];
  readonly #clients: Promise<void>[];
  #isOver = false;

  constructor(service: ServiceClient) {
    this.#service = service;
    this.#clients = Array.from({ length: 4 }, () => this.#ask());
  }

  /** Waits for so many more. */
  async answered(count: number): Promise<void> {
    const until = this.#answers.length + count;
    while (this.#answers.length < until) await moment(20);
  }

  async stop(): Promise<readonly Asked[]> {
    this.#isOver = true;
    await Promise.all(this.#clients);
    return this.#answers;
  }

  async #ask(): Promise<void> {
    while (!this.#isOver) {
      const { status, body } = await this.#service.post("/score", "ada");
      this.#answers.push({ status, code: (body as { readonly code?: string }).code });
      await moment(5);
    }
  }
}
