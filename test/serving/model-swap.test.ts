import { once } from "node:events";
import fs from "node:fs";
import net from "node:net";
import path from "node:path";
import { expect, test } from "vitest";
import { models } from "../../sdk/models/index.ts";
import { millrace } from "../rigs/harness.ts";
import { modelRig, pathspecOf } from "../catalog/models/model-rig.ts";
import { moment, serviceProject, type StartedService, startService } from "../rigs/serving/started-service.ts";

/** A version's model is a Buffer full of one number. */
const SERVICE = `
  import fs from "node:fs";
  import { predict, serve, Service } from "millrace/serving";
  import { z } from "zod";

  class ChurnService extends Service<Buffer> {
    static model = "Churn@production";
    first = 0;

    prepare(): Promise<void> | undefined {
      if (this.model[0] === 66) throw new Error("weights of another shape");
      if (this.model[0] === 44 && !fs.existsSync("here")) throw new Error("not here yet");
      if (this.model[0] === 77) return new Promise(() => setInterval(() => undefined, 1000));
      this.first = this.model[0] ?? 0;
    }

    @predict({ input: z.string() })
    score(rows: string[]) {
      return rows.map((id) => ({ id, model: this.first }));
    }
  }

  serve(ChurnService);
`;

test("a moved alias is followed while requests come in, and none of them fails", { timeout: 600_000 }, async () => {
  const { folder: datastore, train } = modelRig();
  const contents = [11, 22, 33];
  for (const [index, content] of contents.entries())
    await models.register("Churn", pathspecOf(train(`run-${index}`, content)), { datastore, metrics: { auc: 0.9 } });
  await models.promote("Churn", 1, { alias: "production", datastore });

  const service = await startService(serviceProject(SERVICE), { datastore });
  const facts = (await (await service.get("/model")).json()) as { readonly run: string; readonly hash: string };
  expect(facts).toMatchObject({ name: "Churn", number: 1, aliases: ["production"], metrics: { auc: 0.9 } });
  expect(facts.run).toMatch(/^Churn\/run-0$/);
  expect(facts.hash).toMatch(/^[\da-f]{64}$/);
  const first = service.workers();

  const seen = new Map<string, number>();
  let isOver = false;
  const load = Array.from({ length: 4 }, async (_, client) => {
    for (let count = 0; !isOver; count++) {
      const id = `${client}-${count}`;
      const response = await service.post("/score", JSON.stringify(id));
      const body = (await response.json()) as { id: string; model: number };
      const version = response.headers.get("x-model") ?? "";
      // The header tells of the very version that computed the answer.
      expect([response.status, body]).toEqual([200, { id, model: contents[Number(version.split("@")[1]) - 1] }]);
      seen.set(version, (seen.get(version) ?? 0) + 1);
    }
  });
  for (const number of [2, 3, 1, 2, 1, 3]) {
    await models.promote("Churn", number, { alias: "production", datastore });
    // Some moves come while the one before is still followed.
    if (number !== 1)
      await expect
        .poll(async () => (await service.post("/score", '"x"')).headers.get("x-model"))
        .toBe(`Churn@${number}`);
    else await moment(5);
  }
  isOver = true;
  await Promise.all(load);
  expect(seen.get("Churn@2")).toBeGreaterThan(0);
  expect(seen.get("Churn@3")).toBeGreaterThan(0);
  await expect.poll(() => service.workers()).toHaveLength(first.length);
  expect(service.workers()).not.toEqual(first);

  // One that cannot be loaded leaves the version before where it is.
  await models.register("Churn", pathspecOf(train("run-bad", 66)), { datastore });
  await models.promote("Churn", 4, { alias: "production", datastore });
  expect(await service.noted("Churn@4 cannot be loaded, the version before answers on")).toContain("another shape");
  expect((await service.post("/score", '"x"')).headers.get("x-model")).toBe("Churn@3");
  expect(await service.stop()).toEqual({ code: 0, signal: null });
});

test(
  "a version that never gets ready keeps no other from answering, and one that failed is tried again",
  { timeout: 600_000 },
  async () => {
    const { folder: datastore, train } = modelRig();
    for (const content of [11, 77, 22, 44])
      await models.register("Churn", pathspecOf(train(`run-${content}`, content)), { datastore });
    await models.promote("Churn", 1, { alias: "production", datastore });
    const folder = serviceProject(SERVICE);
    const service = await startService(folder, { datastore });
    await models.promote("Churn", 2, { alias: "production", datastore });
    await expect.poll(() => service.workers().length).toBe(2);
    await models.promote("Churn", 3, { alias: "production", datastore });
    const version = async () => (await service.post("/score", '"x"')).headers.get("x-model");
    await expect.poll(version).toBe("Churn@3");
    await expect.poll(() => service.workers().length).toBe(1);

    await models.promote("Churn", 4, { alias: "production", datastore });
    expect(await service.noted("Churn@4 cannot be loaded")).toContain("not here yet; it is tried again in 5 s");
    const pinned = await begunRequest(service, "/v2/models/Churn/versions/3/infer", {
      inputs: [{ name: "input", shape: [1], datatype: "BYTES", data: ["x"] }],
    });
    fs.writeFileSync(path.join(folder, "here"), "");
    await expect.poll(version).toBe("Churn@4");
    // What names a version is answered by that or by none, also where it was there when the request began.
    expect(await pinned.finish()).toMatch(/^HTTP\/1.1 404 /);
  },
);

/** A request whose path the server has, and whose body it has not. */
async function begunRequest({ address }: StartedService, to: string, value: unknown) {
  const body = JSON.stringify(value);
  const socket = net.connect(Number(new URL(address).port), "127.0.0.1").setEncoding("utf8");
  const head = [`POST ${to} HTTP/1.1`, "host: a", `content-length: ${body.length}`, "expect: 100-continue", "", ""];
  socket.write(head.join("\r\n"));
  expect(String(await once(socket, "data"))).toMatch(/^HTTP\/1.1 100 /);
  return {
    finish: async () => {
      socket.write(body);
      const answer = String(await once(socket, "data"));
      socket.destroy();
      return answer;
    },
  };
}

test("models status tells which server holds which version: right, wrong or silent", { timeout: 600_000 }, async () => {
  const { folder: datastore, train } = modelRig();
  for (const content of [11, 66])
    await models.register("Churn", pathspecOf(train(`run-${content}`, content)), { datastore });
  await models.promote("Churn", 1, { alias: "production", datastore });
  const status = async () => {
    const { stdout, code } = await millrace(["models", "status", "Churn", "--json"], { datastore });
    const servers = JSON.parse(stdout) as { state: string; number: number; wanted: number | null }[];
    return [code, ...servers.map(({ state, number, wanted }) => `${state} ${number} ${wanted}`)];
  };
  // A damaged sign of life is none.
  fs.mkdirSync(path.join(datastore, "models/Churn/servers"), { recursive: true });
  fs.writeFileSync(path.join(datastore, "models/Churn/servers/torn.json"), '{"format":');
  expect(await status()).toEqual([0]);
  const killed = await startService(serviceProject(SERVICE), { datastore });
  const stopped = await startService(serviceProject(SERVICE), { datastore, args: ["--model", "Churn@1"] });
  await expect.poll(status).toEqual([0, "right 1 1", "right 1 1"]);
  // The other version cannot be loaded, so the server that follows the alias keeps the one before.
  await models.promote("Churn", 2, { alias: "production", datastore });
  await expect.poll(status).toEqual([1, "wrong 1 2", "right 1 1"]);
  await killed.stop("SIGKILL");
  await stopped.stop();
  expect(await status()).toEqual([1, "silent 1 2"]);
});
