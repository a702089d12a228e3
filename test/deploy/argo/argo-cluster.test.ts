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
  readonly objects: Map<string, ArgoObject>;
}

/** A cluster that keeps what it is told, and lets go of what is deleted at the second look. */
async function cluster(): Promise<Cluster> {
  const server = await FakeApiServer.start();
  const objects = new Map<string, ArgoObject>();
  const leaving = new Set<string>();
  vi.stubEnv("KUBECONFIG", server.kubeconfig);
  onTestFinished(() => void vi.unstubAllEnvs());
  server.answers.push(({ method, url, body }, response) => {
    const { pathname } = url;
    if (pathname === "/apis/argoproj.io/v1alpha1")
      return answerJson(response, { resources: KINDS.map((kind) => ({ kind })) });
    if (method === "POST") return answerJson(response, { metadata: { name: "started-1" } });
    if (method === "PATCH") {
      objects.set(pathname, JSON.parse(body) as ArgoObject);
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

const changing = ({ method }: AskedRequest) => method !== "GET";

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

test("after a pause the instants of the pause count as settled", async () => {
  const { server } = await cluster();
  const plan = { ...planFor(FLOW, { triggers: { schedules: [SCHEDULE] } }), isPaused: true };
  const { installed } = await argoDeployer.install(plan);
  const of = { ...plan, version: { ...plan.version, installed } };
  const applied = () =>
    server.asked
      .filter(({ method, url }) => method === "PATCH" && url.pathname.includes("cronworkflows"))
      .map(({ body }) => JSON.parse(body) as ArgoObject);
  expect(applied().at(-1)?.spec).toMatchObject({ suspend: true });
  expect(applied().at(-1)?.status).toBeUndefined();
  const from = Date.now();
  await argoDeployer.setPaused(of, false);
  const { spec, status } = applied().at(-1)!;
  expect(spec).toMatchObject({ suspend: false });
  expect(Date.parse(status?.["lastScheduledTime"] as string)).toBeGreaterThanOrEqual(from);
});
