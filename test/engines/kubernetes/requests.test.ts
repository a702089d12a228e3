import type http from "node:http";
import { setImmediate as turn } from "node:timers/promises";
import { expect, onTestFinished, test, vi } from "vitest";
import { NO_SECRETS } from "../../../runtime/secrets/run-secrets.ts";
import type { JobGroup } from "../../../runtime/engines/jobs/job-service.ts";
import { openKubernetes } from "../../../runtime/engines/kubernetes/open-kubernetes.ts";
import { objectName } from "../../../runtime/engines/kubernetes/object-name.ts";
import { answerJson, FakeApiServer, isWatch } from "./fake-api-server.ts";

const COUNT = 1000;
const SETTINGS = { context: null, namespace: "flows", serviceAccount: null, volume: null, datastore: null };

const GROUP: JobGroup = {
  name: "SquareFlow-square-20260101-000000000-aaaaa-2-0",
  run: { flow: "SquareFlow", run: "20260101-000000000-aaaaa" },
  user: "ada",
  needs: {
    step: "square",
    cpu: 1,
    gpu: 0,
    memoryMb: 512,
    sharedMemoryMb: null,
    diskMb: null,
    image: "node:22-slim",
    timeoutMs: null,
    options: {},
  },
  command: ["sh"],
  env: {},
  tasks: Array.from({ length: COUNT }, (_, index) => ({ task: index + 2, attempt: 0 })),
};

test("a foreach of a thousand takes a handful of requests, however long it lasts", async () => {
  const server = await FakeApiServer.start();
  vi.stubEnv("KUBECONFIG", server.kubeconfig);
  onTestFinished(() => void vi.unstubAllEnvs());
  let watch: http.ServerResponse | null = null;
  server.answers.push((request, response) => {
    if (isWatch(request)) {
      response.writeHead(200).flushHeaders();
      watch = response;
      return true;
    }
    return answerJson(response, { metadata: { resourceVersion: "1", uid: "job" }, items: [] });
  });
  const running = new Set<number>();
  const ended = new Set<number>();
  let onEnd = () => undefined as void;
  const over = new Promise<void>((resolve) => (onEnd = resolve));
  const service = openKubernetes(
    {
      submitted: () => undefined,
      state: () => undefined,
      warning: () => undefined,
      running: ({ index }) => void running.add(index),
      ended: ({ index }, { kind, exitCode }) => {
        if (kind === "exited" && exitCode === 0) ended.add(index);
        if (ended.size === COUNT) onEnd();
      },
    },
    { settings: SETTINGS, secrets: NO_SECRETS, storeFolder: null },
  );
  service.submit(GROUP);
  await server.saw(1, isWatch);
  const [said, exited] = [{ running: {} }, { terminated: { exitCode: 0, reason: "Completed" } }];
  // Each pod as the cluster tells of it: it is there, runs, has ended.
  for (let index = 0; index < COUNT; index += 1) {
    for (const [phase, state] of [
      ["Pending", {}],
      ["Running", said],
      ["Succeeded", exited],
    ] as const)
      tell(watch, { index, phase, state });
    // Lets what was written be read.
    if (index % 50 === 49) await turn();
  }
  await over;
  await service.close();
  expect(ended.size).toBe(COUNT);
  // Job, list, watch, deletion.
  expect(server.asked.length).toBeLessThan(10);
  expect(server.asked.filter(({ method }) => method === "POST")).toHaveLength(1);
  expect(server.asked.at(-1)).toMatchObject({ method: "DELETE" });
});

function tell(
  watch: http.ServerResponse | null,
  { index, phase, state }: { index: number; phase: string; state: object },
) {
  const name = objectName(GROUP.name);
  const object = {
    metadata: {
      uid: `uid-${index}`,
      name: `${name}-${index}`,
      labels: { "batch.kubernetes.io/job-name": name },
      annotations: { "batch.kubernetes.io/job-completion-index": String(index) },
    },
    status: { phase, containerStatuses: [{ name: "task", state }] },
  };
  watch?.write(`${JSON.stringify({ type: "MODIFIED", object })}\n`);
}
