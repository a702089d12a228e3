import { expect, onTestFinished, test, vi } from "vitest";
import type { JobGroup } from "../../../runtime/engines/jobs/job-service.ts";
import { KubernetesApi } from "../../../runtime/engines/kubernetes/kubernetes-api.ts";
import { objectName } from "../../../runtime/engines/kubernetes/object-name.ts";
import { NO_SECRETS } from "../../../runtime/secrets/run-secrets.ts";
import { groupOf } from "../batch/recorder.ts";
import { answerJson, answerStatus, type FakeAnswer, FakeApiServer } from "./fake-api-server.ts";

const SETTINGS = { context: null, namespace: "flows", serviceAccount: null, volume: null, datastore: null };
const GROUP: JobGroup = groupOf("one");
const JOBS = "/apis/batch/v1/namespaces/flows/jobs";
const SECRETS = "/api/v1/namespaces/flows/secrets";
const OWNER = { apiVersion: "batch/v1", kind: "Job", name: objectName(GROUP.name), uid: "uid-7" };

async function scene(...answers: FakeAnswer[]) {
  const server = await FakeApiServer.start();
  vi.stubEnv("KUBECONFIG", server.kubeconfig);
  server.answers.push(...answers, (_, response) => answerJson(response, { metadata: { uid: "uid-7" } }));
  const secrets = { ...NO_SECRETS, masks: ["token"] };
  const api = new KubernetesApi({ settings: SETTINGS, secrets, storeFolder: null });
  onTestFinished(async () => {
    await api.close();
    vi.unstubAllEnvs();
  });
  return { api, server, asked: () => server.asked.map(({ method, url }) => `${method} ${url.pathname}`) };
}

function isSecret({ url }: { url: URL }): boolean {
  return url.pathname === SECRETS;
}

test("the Secret of a Job belongs to it from the first, so that neither outlives the other", async () => {
  const { api, server, asked } = await scene();
  await api.submit(GROUP);
  expect(asked()).toEqual([`POST ${JOBS}`, `POST ${SECRETS}`]);
  expect(JSON.parse(server.asked[1]?.body ?? "")).toMatchObject({ metadata: { ownerReferences: [OWNER] } });
});

test("a Job without its Secret does not stay", async () => {
  const { api, asked } = await scene(
    (request, response) => isSecret(request) && answerStatus(response, 403, "secrets is forbidden"),
  );
  await expect(api.submit(GROUP)).rejects.toMatchObject({ code: "MILLRACE_KUBERNETES" });
  expect(asked()).toEqual([`POST ${JOBS}`, `POST ${SECRETS}`, `DELETE ${JOBS}`]);
});

test("a used-up quota is waited for, and told once", async () => {
  const { api } = await scene(
    ({ method, url }, response) =>
      method === "POST" && url.pathname === JOBS && answerStatus(response, 403, "forbidden: exceeded quota: small"),
    (_, response) => answerJson(response, { minor: "30" }),
  );
  const warned: string[] = [];
  await api.check([], (text) => warned.push(text));
  for (let tries = 0; tries < 2; tries += 1) {
    const failure = await api.submit(GROUP).catch((error: unknown) => error);
    expect(api.failureOf(failure)).toMatchObject({ kind: "full" });
  }
  expect(warned).toEqual([expect.stringContaining("exceeded quota: small")]);
});

test("overrides cannot change how Jobs are started and found", async () => {
  const { api, server } = await scene();
  const overrides = {
    metadata: { name: "mine", labels: { team: "films" } },
    spec: { completions: 2, template: { spec: { restartPolicy: "OnFailure", hostNetwork: true } } },
  };
  const check = api.check([{ ...GROUP.needs, options: { overrides } }], () => undefined);
  await expect(check).rejects.toMatchObject({
    code: "MILLRACE_KUBERNETES",
    details: ["metadata.name", "spec.completions", "spec.template.spec.restartPolicy"].map((field) =>
      expect.stringContaining(`overrides: ${field};`),
    ),
  });
  expect(server.asked).toEqual([]);
});

test("a Job that is found after an answer that was lost gets its Secret", async () => {
  const { api, server } = await scene(({ method, url }, response) => {
    if (method !== "GET" || url.pathname !== JOBS) return false;
    return answerJson(response, { items: [{ metadata: { name: OWNER.name, uid: OWNER.uid } }] });
  });
  const found = await api.find([{ group: GROUP, id: null }]);
  expect(found.get(GROUP.name)).toEqual([`flows/${OWNER.name}`]);
  const [, secret] = server.asked;
  expect(isSecret(secret ?? { url: new URL("http://none") })).toBe(true);
  expect(JSON.parse(secret?.body ?? "")).toMatchObject({ metadata: { ownerReferences: [OWNER] } });
});
