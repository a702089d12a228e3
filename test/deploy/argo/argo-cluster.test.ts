import { expect, onTestFinished, test, vi } from "vitest";
import { argoDeployer } from "../../../runtime/deploy/argo/argo-deployer.ts";
import type { ArgoObject } from "../../../runtime/deploy/argo/argo-object.ts";
import { answerJson, type AskedRequest, FakeApiServer } from "../../engines/kubernetes/fake-api-server.ts";
import { planFor } from "./plan-for.ts";

const FLOW = "start() { this.next(this.end) } end() {}";
const SCHEDULE = { cron: "0 6 * * *", timezone: "Europe/Berlin", catchUp: "last", overlap: "skip" } as const;
const KINDS = ["WorkflowTemplate", "CronWorkflow", "Sensor", "Workflow"];

interface Cluster {
  readonly server: FakeApiServer;
  /** By their paths. */
  readonly objects: Map<string, KeptObject>;
}

/** With what controllers and merge patches say of it. */
type KeptObject = ArgoObject & { readonly status?: Readonly<Record<string, unknown>> };

const MERGE = "application/merge-patch+json";

/** A cluster that keeps what it is told, and lets go of what is deleted at the second look. */
async function cluster(): Promise<Cluster> {
  const server = await FakeApiServer.start();
  const objects = new Map<string, KeptObject>();
  const leaving = new Set<string>();
  vi.stubEnv("KUBECONFIG", server.kubeconfig);
  onTestFinished(() => void vi.unstubAllEnvs());
  server.answers.push(({ method, url, body, contentType }, response) => {
    const { pathname } = url;
    if (pathname === "/apis/argoproj.io/v1alpha1")
      return answerJson(response, { resources: KINDS.map((kind) => ({ kind })) });
    if (method === "POST") return answerJson(response, { metadata: { name: "started-1" } });
    if (method === "PATCH") {
      const said = JSON.parse(body) as KeptObject;
      const [before, isMerged] = [objects.get(pathname), contentType === MERGE];
      if (isMerged && before === undefined) return false;
      const status = { ...before?.status, ...said.status };
      objects.set(pathname, isMerged ? { ...before!, status } : { ...said, status });
      return answerJson(response, {});
    }
    if (/s$/.test(pathname) && method === "GET") {
      const items = [...objects].flatMap(([path, object]) => (path.startsWith(`${pathname}/`) ? [object] : []));
      return answerJson(response, { items });
    }
    const found = objects.get(pathname);
    if (found === undefined) return false;
    if (method === "DELETE") leaving.add(pathname);
    else if (leaving.has(pathname)) objects.delete(pathname);
    return answerJson(response, found);
  });
  return { server, objects };
}

function changing({ method }: AskedRequest): boolean {
  return method !== "GET";
}

test("workflows that go on outlive the CronWorkflow that started them, and what was removed is gone", async () => {
  const { server, objects } = await cluster();
  const plan = planFor(FLOW, { triggers: { schedules: [SCHEDULE] } });
  const { installed } = await argoDeployer.install(plan);
  expect(objects.size).toBe(2);
  await argoDeployer.remove({ ...plan, version: { ...plan.version, installed } });
  expect(objects.size).toBe(0);
  const deletions = server.asked.filter(({ method }) => method === "DELETE");
  expect(deletions.map(({ url }) => url.pathname.split("/").at(-2))).toEqual(["cronworkflows", "workflowtemplates"]);
  expect(deletions.map(({ url }) => url.searchParams.get("propagationPolicy"))).toEqual(["Orphan", "Orphan"]);
});

test("pause, trigger and remove reach the namespace in which the version was installed, whatever the settings say by now", async () => {
  const { server, objects } = await cluster();
  const of = (namespace: string) =>
    planFor(FLOW, {
      triggers: { schedules: [SCHEDULE] },
      variables: { MILLRACE_KUBERNETES_NAMESPACE: namespace },
    });
  const { installed } = await argoDeployer.install(of("first"));
  const before = server.asked.length;
  const later = { ...of("second"), version: { ...of("second").version, installed } };
  await argoDeployer.setPaused(later, true);
  await argoDeployer.trigger(later, {});
  await argoDeployer.remove(later);
  const changes = server.asked.slice(before).filter(changing);
  expect(changes.length).toBeGreaterThan(3);
  for (const { url } of changes) expect(url.pathname).toContain("/namespaces/first/");
  expect(objects.size).toBe(0);
});

test("what is deployed into another namespace goes from the one before", async () => {
  const { objects } = await cluster();
  const of = (namespace: string) =>
    planFor(FLOW, {
      triggers: { schedules: [SCHEDULE] },
      variables: { MILLRACE_KUBERNETES_NAMESPACE: namespace },
    });
  const { installed } = await argoDeployer.install(of("first"));
  await argoDeployer.install({ ...of("second"), before: installed });
  expect(objects.size).toBe(2);
  for (const path of objects.keys()) expect(path).toContain("/namespaces/second/");
});

test("an object of somebody else's is neither changed nor deleted", async () => {
  const { server, objects } = await cluster();
  const plan = planFor(FLOW, { triggers: { schedules: [SCHEDULE] } });
  const { installed } = await argoDeployer.install(plan);
  const [path = ""] = [...objects.keys()].filter((one) => one.includes("cronworkflows"));
  const { annotations, ...metadata } = objects.get(path)!.metadata;
  const others = {
    ...objects.get(path)!,
    metadata: { ...metadata, annotations: { ...annotations, "millrace.datastore": "s3://other/store" } },
  };
  objects.set(path, others);
  const before = server.asked.length;
  await expect(argoDeployer.install(plan)).rejects.toThrow(/the CronWorkflow \S+ in the namespace flows belongs to/);
  await argoDeployer.remove({ ...plan, version: { ...plan.version, installed } });
  expect(objects.get(path)).toBe(others);
  expect(
    server.asked
      .slice(before)
      .filter(changing)
      .map(({ url }) => url.pathname),
  ).not.toContain(path);
});

test("with a paused or removed deployment goes what listens for its events, and not the workflows that they started", async () => {
  const { server, objects } = await cluster();
  const events = [{ events: ["rates-arrived"], parameters: {}, policy: "each" }] as const;
  const plan = planFor(FLOW, { triggers: { schedules: [SCHEDULE], events } });
  const { installed } = await argoDeployer.install(plan);
  const of = { ...plan, version: { ...plan.version, installed } };
  const sensors = () => [...objects.keys()].filter((path) => path.includes("/sensors/"));
  expect(sensors()).toHaveLength(1);
  await argoDeployer.setPaused(of, true);
  expect(sensors()).toHaveLength(0);
  await argoDeployer.setPaused(of, false);
  expect(sensors()).toHaveLength(1);
  await argoDeployer.remove(of);
  expect(objects.size).toBe(0);
  const deletions = server.asked
    .filter(({ method }) => method === "DELETE")
    .map(({ url }) => [url.pathname.split("/").at(-2), url.searchParams.get("propagationPolicy")]);
  // Argo Events makes a Deployment for it, which it owns: left without its owner, that one would go on listening.
  expect(deletions).toEqual([
    ["sensors", "Background"],
    ["cronworkflows", "Orphan"],
    ["sensors", "Background"],
    ["workflowtemplates", "Orphan"],
  ]);
});

test("after a pause the instants of the pause count as settled before Argo goes on, and a later deploy leaves that", async () => {
  const { server, objects } = await cluster();
  const plan = { ...planFor(FLOW, { triggers: { schedules: [SCHEDULE] } }), isPaused: true };
  const { installed } = await argoDeployer.install(plan);
  const of = { ...plan, version: { ...plan.version, installed } };
  const patches = () =>
    server.asked
      .filter(({ method, url }) => method === "PATCH" && url.pathname.includes("cronworkflows"))
      .map(({ body, contentType }) => ({ isMerged: contentType === MERGE, said: JSON.parse(body) as KeptObject }));
  const path = [...objects.keys()].find((one) => one.includes("cronworkflows"))!;
  expect(objects.get(path)?.spec).toMatchObject({ suspend: true });
  // What Argo itself says there.
  objects.set(path, { ...objects.get(path)!, status: { succeeded: 3 } });
  const [before, from] = [patches().length, Date.now()];
  await argoDeployer.setPaused(of, false);
  const { spec, status } = objects.get(path)!;
  expect(spec).toMatchObject({ suspend: false });
  expect(status).toMatchObject({ succeeded: 3 });
  expect(Date.parse(status?.["lastScheduledTime"] as string)).toBeGreaterThanOrEqual(from);
  const [settled, on] = [
    patches().findIndex(({ isMerged }) => isMerged),
    patches().findIndex(({ said }, at) => at >= before && said.spec?.["suspend"] === false),
  ];
  expect(settled).toBeGreaterThanOrEqual(before);
  expect(settled).toBeLessThan(on);
  await argoDeployer.install({ ...plan, isPaused: false });
  // What one apply says and the next one does not, the cluster takes away: none may say a status.
  for (const { isMerged, said } of patches()) if (!isMerged) expect(said.status).toBeUndefined();
});
