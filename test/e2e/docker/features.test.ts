import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { parquetWriteBuffer } from "hyparquet-writer";
import { expect, test } from "vitest";
import { DOCKER } from "../../rigs/docker/engine.ts";
import { allOf, describeWith } from "../../rigs/describe-with.ts";
import { artifactOfAll, millrace, ROOT, temporaryFolder, tsx, withRun } from "../../rigs/harness.ts";
import { ESM, makeProject, STANDARD } from "../../rigs/project.ts";
import { redisForFile, REDIS } from "../../rigs/redis.ts";
import { IN_CONTAINERS } from "./containers.ts";

const FEATURES = `
import { artifact, count, entity, featureView, jsonl, last, parquet, sum } from "millrace/features";

export const customer = entity("customer", { keys: { id: "string" } });
const event = "at";
export const mounted = featureView("mounted", {
  entity: customer, source: jsonl("/orders/*.jsonl", { event }), features: { spent: sum("amount") },
});
export const shipped = featureView("shipped", {
  entity: customer, source: parquet("data/*.parquet", { event }), features: { spent: sum("amount") },
});
export const made = featureView("made", {
  entity: customer, source: artifact("OrdersFlow/orders", { event }), features: { orders: count(), shop: last("shop") },
});
export const elsewhere = featureView("elsewhere", {
  entity: customer, source: jsonl("/only/here/*.jsonl", { event }), features: { orders: count() },
});
`;

const ASK = `
import { features } from "millrace/features";
import { customer, shipped } from "./features.ts";
console.log(JSON.stringify(await features.online(customer, [{ id: "c9" }], [shipped.spent])));
`;

const FLOW = `
import { FlowSpec, main, step } from "millrace";
class OrdersFlow extends FlowSpec {
  orders!: object[];
  @step start() {
    this.orders = [{ id: "c7", at: "2026-02-01", shop: "north" }, { id: "c7", at: "2026-02-02", shop: "south" }];
    this.next(this.end);
  }
  @step end() {}
}
main(OrdersFlow);
`;

function project(): string {
  const folder = makeProject({
    "package.json": ESM,
    "tsconfig.json": STANDARD,
    "millrace.config.json": JSON.stringify({ include: ["data/*.parquet"] }),
    "features.ts": FEATURES,
    "flow.ts": FLOW,
    "ask.ts": ASK,
    "orders/1.jsonl": JSON.stringify({ id: "c7", at: "2026-02-01", amount: 2 }),
    "orders/2.jsonl": JSON.stringify({ id: "c8", at: "2026-02-02", amount: 3 }),
  });
  const columnData = [
    { name: "id", data: ["c7", "c9"] },
    { name: "at", data: ["2026-02-01", "2026-02-02"] },
    { name: "amount", data: [4, 5] },
  ];
  fs.mkdirSync(path.join(folder, "data"));
  fs.writeFileSync(path.join(folder, "data/a.parquet"), new Uint8Array(parquetWriteBuffer({ columnData })));
  // As npm installs them: beside millrace.
  for (const name of ["hyparquet", "redis", "@redis"])
    fs.cpSync(path.join(ROOT, "node_modules", name), path.join(folder, "node_modules", name), { recursive: true });
  return folder;
}

describeWith(DOCKER, "features materialize --with docker", () => {
  test("reads in containers what is mounted, what is shipped and what a flow made, as this machine would", async () => {
    const cwd = project();
    const datastore = path.join(temporaryFolder(), "store");
    const options = { cwd, datastore, env: IN_CONTAINERS };
    const made = await millrace(["run", "flow.ts"], options);
    expect(made.code, made.stderr).toBe(0);
    const command = ["features", "materialize", "features.ts", "--until", "2026-03-01"];
    const views = ["mounted", "shipped", "made"].flatMap((view) => ["--view", view]);
    const engine = ["--with", `docker:mounts=${path.join(cwd, "orders")}:/orders:ro`];
    const boxed = await millrace([...command, ...views, ...engine], options);
    expect(boxed.code, boxed.stderr).toBe(0);
    expect(boxed.stdout).toMatch(
      /^mounted version 1: 2 keys of 2 rows; read 2 of 2 parts.*\nshipped version 1: 2 keys of 2 rows; read 1 of 1 parts.*\nmade version 1: 1 key of 2 rows; read 1 of 1/u,
    );
    const run = withRun(boxed);
    const snapshot = fs.readFileSync(path.join(datastore, "features/mounted/online.json"), "utf8");
    expect((JSON.parse(snapshot) as { host: string }).host).not.toBe(os.hostname());
    expect(artifactOfAll(run, "read", "shard")).toMatchObject([
      { view: "mounted", read: 2 },
      { view: "shipped", read: 1 },
    ]);
    const get = async (view: string, id: string) => {
      const { stdout } = await millrace(["features", "get", view, `id=${id}`, "--json"], options);
      return (JSON.parse(stdout) as { features: unknown }).features;
    };
    expect(await get("mounted", "c8")).toEqual({ spent: 3 });
    expect(await get("shipped", "c9")).toEqual({ spent: 5 });
    expect(await get("made", "c7")).toEqual({ orders: 2, shop: "south" });
    // The same files on this machine: what was read in a container is known by what it holds.
    const here = await millrace([...command, "--view", "shipped"], options);
    expect(here.stdout).toBe("shipped version 1: 2 keys of 2 rows; unchanged, nothing was computed\n");
  });

  test("says where it looked for files that are not there, and how they get there", async () => {
    const command = ["features", "materialize", "features.ts", "--view", "elsewhere", "--with", "docker"];
    const failed = await millrace(command, { cwd: project(), env: IN_CONTAINERS });
    expect(failed.code).toBe(1);
    expect(failed.stderr).toContain("no file matches /only/here/*.jsonl");
    expect(failed.stderr).toMatch(
      /this task runs on docker, in .*mounts of @docker.*"include" in millrace\.config\.json/u,
    );
  });
});

describeWith(allOf("Docker and Redis", [DOCKER, REDIS]), "features materialize --with docker for a Redis", () => {
  const redis = redisForFile();

  test("brings the values to the Redis that the command knows, whose password is written nowhere", async () => {
    const cwd = project();
    const datastore = path.join(temporaryFolder(), "store");
    const env = { ...IN_CONTAINERS, MILLRACE_ONLINE_STORE: redis().url };
    const command = ["features", "materialize", "features.ts", "--view", "shipped", "--with", "docker:network=host"];
    const made = await millrace(command, { cwd, datastore, env });
    expect(made.code, made.stderr).toBe(0);
    // Of another machine, which does not have that datastore.
    const other = { cwd, datastore: path.join(temporaryFolder(), "other"), env };
    const asked = await tsx(path.join(cwd, "ask.ts"), [], other);
    expect([asked.stdout, asked.stderr]).toEqual(['[{"id":"c9","spent":5}]\n', ""]);
    const secret = "ss-word";
    expect(made.stdout + made.stderr).not.toContain(secret);
    for (const entry of fs.readdirSync(datastore, { recursive: true, withFileTypes: true }))
      if (entry.isFile()) {
        const file = path.join(entry.parentPath, entry.name);
        expect(fs.readFileSync(file).includes(secret), file).toBe(false);
      }
  });
});
