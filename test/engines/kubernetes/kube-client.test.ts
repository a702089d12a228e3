import fs from "node:fs";
import path from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import { KubeClient } from "../../../runtime/engines/kubernetes/client/kube-client.ts";
import { kubernetesError } from "../../../runtime/engines/kubernetes/kubernetes-error.ts";
import { temporaryFolder } from "../../rigs/harness.ts";
import { answerJson, answerStatus, FakeApiServer } from "./fake-api-server.ts";

async function scene() {
  const server = await FakeApiServer.start();
  vi.stubEnv("KUBECONFIG", server.kubeconfig);
  const client = new KubeClient(null);
  onTestFinished(() => {
    client.close();
    vi.unstubAllEnvs();
  });
  return { server, client };
}

test("a token that is refused is read again, as it may have been rotated", async () => {
  const { server, client } = await scene();
  server.answers.push(({ token }, response) =>
    token === "second" ? answerJson(response, { ok: true }) : answerStatus(response, 401, "Unauthorized"),
  );
  await expect(client.json({ path: "/version" })).rejects.toMatchObject({ kind: "credentials" });
  server.giveToken("second");
  expect(await client.json({ path: "/version" })).toEqual({ ok: true });
  expect(server.asked.map(({ token }) => token)).toEqual(["first", "first", "first", "second"]);
});

test.each([
  ["at once", 0],
  ["when it was read again meanwhile", 61_000],
])(
  "a plugin gives the token, is told what it is asked for, and is asked again where that is refused: %s",
  async (_, later) => {
    vi.useFakeTimers({ toFake: ["Date"] });
    onTestFinished(() => void vi.useRealTimers());
    const { server, client } = await scene();
    const folder = temporaryFolder();
    const plugin = path.join(folder, "plugin.mjs");
    // A new token each time.
    fs.writeFileSync(
      plugin,
      `import fs from "node:fs";
    const { apiVersion } = JSON.parse(process.env.KUBERNETES_EXEC_INFO);
    fs.appendFileSync(${JSON.stringify(path.join(folder, "asked"))}, "x");
    const token = "token-" + fs.readFileSync(${JSON.stringify(path.join(folder, "asked"))}, "utf8").length;
    console.log(JSON.stringify({ apiVersion, kind: "ExecCredential", status: { token, expirationTimestamp: "2999-01-01T00:00:00Z" } }));`,
    );
    const config = JSON.parse(fs.readFileSync(server.kubeconfig, "utf8")) as { users: { user: object }[] };
    const exec = { apiVersion: "client.authentication.k8s.io/v1", command: process.execPath, args: [plugin] };
    config.users = [{ ...config.users[0], user: { exec } }];
    fs.writeFileSync(server.kubeconfig, JSON.stringify(config));
    server.answers.push(({ token }, response) => {
      vi.setSystemTime(Date.now() + later);
      return token === "token-2" ? answerJson(response, { ok: true }) : answerStatus(response, 401, "Unauthorized");
    });
    expect(await client.json({ path: "/version" })).toEqual({ ok: true });
    expect(server.asked.map(({ token }) => token)).toEqual(["token-1", "token-2"]);
  },
);

test("a plugin that fails is asked again, and what is wrong with it is said", async () => {
  const { server, client } = await scene();
  const folder = temporaryFolder();
  const [plugin, asked] = [path.join(folder, "plugin.mjs"), path.join(folder, "asked")];
  const config = JSON.parse(fs.readFileSync(server.kubeconfig, "utf8")) as { users: { user: object }[] };
  const exec = { apiVersion: "client.authentication.k8s.io/v1", command: process.execPath, args: [plugin] };
  config.users = [{ ...config.users[0], user: { exec } }];
  fs.writeFileSync(server.kubeconfig, JSON.stringify(config));
  fs.writeFileSync(plugin, 'console.error("the session has expired"); process.exit(1);');
  const failure = await client.json({ path: "/version", maxTries: 1 }).catch((error: unknown) => error);
  expect(failure).toMatchObject({ kind: "login" });
  expect(kubernetesError(failure, "run steps").headline).toContain("what the kubeconfig names to log in failed");
  fs.writeFileSync(
    plugin,
    `import fs from "node:fs";
    fs.appendFileSync(${JSON.stringify(asked)}, "x");
    if (fs.readFileSync(${JSON.stringify(asked)}, "utf8").length < 2) process.exit(1);
    const status = { token: "token", expirationTimestamp: "2999-01-01T00:00:00Z" };
    console.log(JSON.stringify({ apiVersion: ${JSON.stringify(exec.apiVersion)}, kind: "ExecCredential", status }));`,
  );
  server.answers.push((_, response) => answerJson(response, { ok: true }));
  expect(await client.json({ path: "/version" })).toEqual({ ok: true });
  expect(fs.readFileSync(asked, "utf8")).toBe("xx");
});

test("a server that asks to slow down is asked again after the time that it names", async () => {
  const { server, client } = await scene();
  server.answers.push((_, response) =>
    server.asked.length < 3
      ? answerStatus(response, 429, "too many requests", { "retry-after": "1" })
      : answerJson(response, { ok: true }),
  );
  const startedAt = performance.now();
  expect(await client.json({ path: "/version" })).toEqual({ ok: true });
  expect(performance.now() - startedAt).toBeGreaterThan(1900);
});

test("a used-up quota is told from rights that are lacking, and may be free again", async () => {
  const { server, client } = await scene();
  const messages = ['pods "x" is forbidden: exceeded quota: small', 'pods is forbidden: User "x" cannot list'];
  server.answers.push((_, response) => answerStatus(response, 403, messages[server.asked.length - 1] ?? ""));
  await expect(client.json({ path: "/a", maxTries: 1 })).rejects.toMatchObject({ kind: "throttled", status: 403 });
  await expect(client.json({ path: "/b", maxTries: 1 })).rejects.toMatchObject({ kind: "forbidden" });
});

test.each([
  ['jobs.batch "x" already exists', "exists"],
  ['Operation cannot be fulfilled on resourcequotas "small": the object has been modified', "throttled"],
])("a conflict is told apart by its words: %s", async (message, kind) => {
  const { server, client } = await scene();
  server.answers.push((_, response) => answerStatus(response, 409, message));
  await expect(client.json({ path: "/a", maxTries: 1 })).rejects.toMatchObject({ kind });
});

test("a kubeconfig that is not there or names no such context is one clear error", async () => {
  const { server } = await scene();
  await expect(new KubeClient("other").json({ path: "/version" })).rejects.toMatchObject({
    code: "MILLRACE_KUBERNETES",
    details: ["contexts: fake"],
  });
  vi.stubEnv("KUBECONFIG", `${server.kubeconfig}-missing`);
  await expect(new KubeClient(null).json({ path: "/version" })).rejects.toMatchObject({
    code: "MILLRACE_KUBERNETES",
    headline: expect.stringContaining("cannot be read"),
  });
});
