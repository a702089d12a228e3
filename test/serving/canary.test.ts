import { expect, test } from "vitest";
import { models } from "../../sdk/models/index.ts";
import { shareOfId } from "../../runtime/serving/lanes/share-of-id.ts";
import { modelRig, pathspecOf } from "../catalog/models/model-rig.ts";
import { millrace } from "../rigs/harness.ts";
import { serviceProject, startService } from "../rigs/serving/started-service.ts";
import { HONEST_AND_NOT } from "./services.ts";

/** A version's model is a Buffer full of one number; the one of 22 fails at some rows, the one of 33 never answers them. */
const SERVICE = `
  import { predict, serve, Service } from "millrace/serving";
  import { z } from "zod";

  class ChurnService extends Service<Buffer> {
    static model = "Churn@production";

    @predict({ input: z.string() })
    async score(rows: string[]) {
      if (rows.includes("bad") && this.model[0] === 22) throw new Error("no weights for this one");
      if (rows.includes("bad") && this.model[0] === 33) await new Promise(() => setInterval(() => undefined, 1000));
      return rows.map(() => this.model[0]);
    }
  }

  serve(ChurnService);
`;

test(
  "a canary answers its share of the ids until it fails, and a shadow answers nobody and holds nobody up",
  { timeout: 600_000 },
  async () => {
    const { folder: datastore, train } = modelRig();
    for (const content of [11, 22, 33])
      await models.register("Churn", pathspecOf(train(`run-${content}`, content)), { datastore });
    await models.promote("Churn", 1, { alias: "production", datastore });
    const args = ["--canary", "Churn@2:30%", "--shadow", "Churn@3", "--log", "1"];
    const service = await startService(serviceProject(SERVICE), { datastore, args });
    const metrics = async () => (await service.get("/metrics")).text();
    const ask = async (row: string, id: string) => {
      const answer = await service.post("/score", JSON.stringify(row), { "x-request-id": id });
      return [answer.status, answer.headers.get("x-model"), await answer.text()] as const;
    };
    await expect
      .poll(metrics, { timeout: 120_000 })
      .toMatch(/^millrace_workers_ready\{variant="canary"\} 1$[^]*^millrace_shadow_workers_ready 1$/m);

    // The same id gets the same model, and which one is known beforehand.
    const ids = Array.from({ length: 40 }, (_, index) => `visit-${index}`);
    for (const id of [...ids, ...ids])
      expect(await ask("x", id)).toEqual(shareOfId(id) < 0.3 ? [200, "Churn@2", "22"] : [200, "Churn@1", "11"]);
    const canaries = ids.filter((id) => shareOfId(id) < 0.3);
    expect(canaries.length).toBeGreaterThan(4);
    const known = await metrics();
    expect(known).toContain(
      `millrace_requests_total{method="score",status="200",variant="canary"} ${2 * canaries.length}\n`,
    );
    expect(known).toContain(`millrace_requests_total{method="score",status="200"} ${80 - 2 * canaries.length}\n`);
    await expect.poll(metrics).toMatch(/^millrace_shadow_answers_different_total 80$/m);

    const about = (await (await service.get("/model")).json()) as object;
    expect(about).toMatchObject({
      number: 1,
      canary: { share: 0.3, version: { number: 2 } },
      shadow: { version: { number: 3 } },
    });
    const status = async () => {
      const { stdout } = await millrace(["models", "status", "Churn", "--json"], { datastore });
      const servers = JSON.parse(stdout) as { number: number; role?: string; share?: number; state: string }[];
      return servers.map(({ number, role, share, state }) => [number, role, share, state].join(" ")).sort();
    };
    expect(await status()).toEqual(["1   right", "2 canary 0.3 right", "3 shadow  right"]);

    // A visitor gets one version whatever the ids of the requests, and who leaves before the answer is counted.
    const [own = ""] = canaries;
    for (const id of ids.slice(0, 5)) {
      const asked = await service.post("/score", '"x"', { "x-request-id": `${id}-again`, "x-visitor-id": own });
      expect([asked.headers.get("x-model"), asked.headers.get("x-request-id")]).toEqual(["Churn@2", `${id}-again`]);
    }

    // Each failure of the canary is an answer; then the version beside it has all requests. The shadow hangs meanwhile.
    for (let times = 0; times < 5; times += 1) expect((await ask("bad", own))[0]).toBe(500);
    expect(await service.noted("the canary Churn@2 answers no more")).toMatch(/5 of its last \d+ answers failed/);
    for (let times = 0; times < 5; times += 1) expect(await ask("bad", own)).toEqual([200, "Churn@1", "11"]);
    await expect.poll(status, { timeout: 60_000 }).toEqual(["1   right", "2 canary 0 fallen back", "3 shadow  right"]);

    expect(await service.stop()).toEqual({ code: 0, signal: null });
    const { stdout } = await millrace(["monitor", "Churn", "--window", "1h", "--json"], { datastore });
    const report = JSON.parse(stdout) as { traffic: object; versions: { number: number }[]; shadows: object[] };
    expect(report.traffic).toMatchObject({ requests: 95, errors: 5 });
    expect(report.versions.map(({ number }) => number).sort()).toEqual([1, 2]);
    expect(report.shadows).toMatchObject([{ number: 3, requests: 85, different: 85 }]);
  },
);

test(
  "what cannot be beside the version that answers is refused before anything starts",
  { timeout: 300_000 },
  async () => {
    const { folder: datastore, train } = modelRig();
    await models.register("Churn", pathspecOf(train("run-1", 11)), { datastore });
    await models.promote("Churn", 1, { alias: "production", datastore });
    await models.register("Other", pathspecOf(train("run-2", 22)), { datastore });
    const refusedOf = (source: string, ...args: string[]) =>
      startService(serviceProject(source), { datastore, args }).then(
        () => "it started",
        (error: unknown) => String(error),
      );
    const said = await Promise.all([
      refusedOf(SERVICE, "--canary", "Churn@2"),
      refusedOf(SERVICE, "--canary", "Churn@2:10%"),
      refusedOf(SERVICE, "--shadow", "Other@1"),
      refusedOf(HONEST_AND_NOT, "--shadow", "Churn@1"),
    ]);
    for (const [index, part] of [
      "a version and its share of the requests, such as churn@8:10%",
      "Cannot use Churn@2 because there is no such version",
      "Cannot answer with Other@1 beside Churn@1 because it is a version of another model",
      "Cannot serve ShopService with --shadow because it has no model",
    ].entries())
      expect(said[index]).toContain(part);
  },
);
