import type http from "node:http";
import { expect, onTestFinished, test, vi } from "vitest";
import { KubeClient } from "../../../runtime/engines/kubernetes/client/kube-client.ts";
import { PodCache } from "../../../runtime/engines/kubernetes/pod-cache.ts";
import { answerJson, answerStatus, type FakePod, FakeApiServer, isWatch, podObject } from "./fake-api-server.ts";

/** A server whose list has these pods, whose watches stay open, and a cache that follows it. */
async function scene({ silenceMs = 60_000 }: { silenceMs?: number } = {}) {
  const server = await FakeApiServer.start();
  vi.stubEnv("KUBECONFIG", server.kubeconfig);
  const watches: http.ServerResponse[] = [];
  let pods: readonly FakePod[] = [];
  server.answers.push((request, response) => {
    if (isWatch(request)) {
      response.writeHead(200).flushHeaders();
      watches.push(response);
      return true;
    }
    return answerJson(response, { metadata: { resourceVersion: "7" }, items: pods.map(podObject) });
  });
  const client = new KubeClient(null);
  const caches: PodCache[] = [];
  onTestFinished(() => {
    for (const cache of caches) cache.close();
    client.close();
    vi.unstubAllEnvs();
  });
  const seen = new Set<() => void>();
  const onNews = () => {
    for (const one of seen) one();
  };
  const follow = () => {
    const cache = new PodCache({ client, namespace: "flows", selector: "millrace.run=r", silenceMs, onNews });
    caches.push(cache);
    const until = (isSo: () => boolean) =>
      new Promise<void>((resolve) => {
        const look = () => {
          if (isSo()) resolve();
        };
        seen.add(look);
        look();
      });
    return { cache, until };
  };
  return {
    server,
    watches,
    follow,
    list: (listed: readonly FakePod[]) => void (pods = listed),
    tell: (type: string, object: object) => watches.at(-1)?.write(`${JSON.stringify({ type, object })}\n`),
  };
}

test("what a watch tells is known at once, in whatever pieces it comes", async () => {
  const { server, watches, follow, tell } = await scene();
  const { cache, until } = follow();
  await server.saw(1, isWatch);
  tell("ADDED", podObject({ index: 0, phase: "Pending" }));
  await until(() => cache.podOf("job", 0)?.phase === "Pending");
  const line = `${JSON.stringify({ type: "MODIFIED", object: podObject({ index: 0, phase: "Running" }) })}\n`;
  watches[0]?.write(line.slice(0, 40));
  watches[0]?.write(line.slice(40));
  await until(() => cache.podOf("job", 0)?.phase === "Running");
  tell("DELETED", podObject({ index: 0, phase: "Running" }));
  await until(() => cache.podOf("job", 0)?.isGone === true);
  expect(server.asked.filter((request) => !isWatch(request))).toHaveLength(1);
});

test("after a watch that breaks everything is listed anew, and what went meanwhile is seen", async () => {
  const { server, watches, follow, list } = await scene();
  list([
    { index: 0, phase: "Running" },
    { index: 1, phase: "Running" },
  ]);
  const { cache, until } = follow();
  await server.saw(1, isWatch);
  list([{ index: 1, phase: "Succeeded" }]);
  watches[0]?.destroy();
  await until(() => cache.podOf("job", 1)?.phase === "Succeeded");
  expect(cache.podOf("job", 0)).toMatchObject({ isGone: true, phase: "Running" });
  await server.saw(2, isWatch);
  await until(() => cache.failure === null);
});

test("a watch whose beginning the server has forgotten begins anew", async () => {
  const { server, follow, list, tell } = await scene();
  const { cache, until } = follow();
  await server.saw(1, isWatch);
  list([{ index: 0, phase: "Failed" }]);
  tell("ERROR", { kind: "Status", code: 410, reason: "Expired", message: "too old resource version" });
  await until(() => cache.podOf("job", 0)?.phase === "Failed");
  expect(cache.failure).toBeNull();
});

test.each([null, 410])("watches that end at once, by themselves or with %s, come with pauses between", async (code) => {
  const { server, follow } = await scene();
  server.answers.unshift((request, response) => {
    if (!isWatch(request)) return false;
    response.writeHead(200).end(code === null ? "" : `${JSON.stringify({ type: "ERROR", object: { code } })}\n`);
    return true;
  });
  const startedAt = performance.now();
  const { cache } = follow();
  await server.saw(5, isWatch);
  // The least of each of the four between them.
  expect(performance.now() - startedAt).toBeGreaterThan(4 * 99);
  expect(cache.failure).toBeNull();
});

test("a watch that stays silent counts as broken", async () => {
  const { server, follow, list } = await scene({ silenceMs: 100 });
  const { cache, until } = follow();
  await server.saw(1, isWatch);
  list([{ index: 0, phase: "Running" }]);
  await until(() => cache.podOf("job", 0) !== null);
  await server.saw(2, isWatch);
});

test("a second pod of an index does not count, whatever made it", async () => {
  const { server, follow, tell } = await scene();
  const { cache, until } = follow();
  await server.saw(1, isWatch);
  tell("ADDED", podObject({ index: 0, phase: "Running", uid: "one" }));
  tell("ADDED", podObject({ index: 0, phase: "Succeeded", uid: "two" }));
  tell("ADDED", podObject({ index: 1, phase: "Running" }));
  await until(() => cache.podOf("job", 1) !== null);
  expect(cache.podOf("job", 0)).toMatchObject({ uid: "one", phase: "Running" });
});

test("long lists come in pages", async () => {
  const { server, follow } = await scene();
  server.answers.unshift((request, response) => {
    if (isWatch(request)) return false;
    const isSecond = request.url.searchParams.get("continue") === "more";
    const metadata = isSecond ? { resourceVersion: "9" } : { resourceVersion: "9", continue: "more" };
    return answerJson(response, { metadata, items: [podObject({ index: isSecond ? 1 : 0, phase: "Running" })] });
  });
  const { cache, until } = follow();
  await until(() => cache.podOf("job", 1) !== null);
  expect(cache.isKnown).toBe(true);
  expect(cache.podOf("job", 0)).not.toBeNull();
});

test("a server that fails is asked again, later each time, and the failure is known meanwhile", async () => {
  const { server, follow } = await scene();
  let isBroken = true;
  server.answers.unshift((_, response) => isBroken && answerStatus(response, 503, "starting"));
  const { cache, until } = follow();
  await until(() => cache.failure !== null);
  expect(cache.isKnown).toBe(false);
  isBroken = false;
  await until(() => cache.isKnown);
  expect(cache.failure).toBeNull();
});
