import fs from "node:fs";
import path from "node:path";
import { tableFromIPC } from "apache-arrow";
import { parquetWriteBuffer } from "hyparquet-writer";
import { expect, test } from "vitest";
import { models } from "../../sdk/models/index.ts";
import { modelRig, pathspecOf } from "../catalog/models/model-rig.ts";
import { type Finished, tsx } from "../rigs/harness.ts";
import { serviceProject, startService } from "../rigs/serving/started-service.ts";

const SERVICE = `
  import fs from "node:fs";
  import { predict, serve, Service } from "millrace/serving";
  import { z } from "zod";

  const Row = z.object({ id: z.string(), n: z.number(), isNew: z.boolean().default(false) });
  const Score = z.object({ id: z.string(), score: z.number(), isNew: z.boolean() });

  class ChurnService extends Service<Buffer> {
    static model = "Churn@production";

    @predict({ input: Row, output: Score, batch: { maxSize: 3 } })
    score(rows: z.infer<typeof Row>[]): z.infer<typeof Score>[] {
      return rows.map(({ id, n, isNew }) => {
        if (n === 13 && !fs.existsSync("lucky")) throw new Error("no weights for thirteen");
        return { score: (n / 3) * (this.model[0] ?? 0), isNew, id };
      });
    }
  }

  serve(ChurnService);
`;

/** Each starts several commands, one after the other. */
const SLOW = { timeout: 600_000 };

interface Rig {
  readonly folder: string;
  readonly datastore: string;
  write(name: string, lines: readonly string[]): void;
  read(name: string): string[];
  predict(...args: readonly string[]): Promise<Finished>;
}

async function rig(): Promise<Rig> {
  const { folder: datastore, train } = modelRig();
  await models.register("Churn", pathspecOf(train("run-1", 7)), { datastore });
  await models.promote("Churn", 1, { alias: "production", datastore });
  const folder = serviceProject(SERVICE);
  return {
    ...{ folder, datastore },
    write: (name, lines) => fs.writeFileSync(path.join(folder, name), lines.map((line) => `${line}\n`).join("")),
    read: (name) => fs.readFileSync(path.join(folder, name), "utf8").trimEnd().split("\n"),
    predict: (...args) => tsx(path.join(folder, "service.ts"), ["predict", ...args], { cwd: folder, datastore }),
  };
}

test(
  "the rows of a file are answered as the server answers them, and those that do not fit are told apart",
  SLOW,
  async () => {
    const { folder, datastore, write, read, predict } = await rig();
    const rows = Array.from({ length: 25 }, (_, index) =>
      JSON.stringify({ id: `row "${index}" ✓`, n: index * 100 + 0.1 }),
    );
    write("rows.jsonl", [...rows.slice(0, 10), '{"id":1,"n":2}', "", "{no json", ...rows.slice(10)]);
    const wrong = await predict("--input", "rows.jsonl", "--output", "scores.jsonl", "--rows-per-task", "4");
    expect([wrong.code, wrong.stderr]).toEqual([1, expect.stringContaining("2 rows do not fit")]);
    const errors = read("scores.jsonl.errors.jsonl").map((line) => JSON.parse(line) as { line: number });
    expect(errors).toEqual([
      { line: 11, issues: [{ path: ["id"], message: expect.any(String) }] },
      { line: 13, error: expect.stringContaining("not JSON") },
    ]);

    const service = await startService(folder, { datastore });
    const online = await Promise.all(rows.map(async (row) => (await service.post("/score", row)).text()));
    expect(read("scores.jsonl")).toEqual(online);
    await service.stop();

    // Once all rows fit, the file of errors is gone.
    write("rows.jsonl", rows);
    const right = await predict("--input", "rows.jsonl", "--output", "scores.jsonl");
    expect([right.code, right.stdout]).toEqual([0, expect.stringContaining("25 rows answered in scores.jsonl")]);
    expect(fs.existsSync(path.join(folder, "scores.jsonl.errors.jsonl"))).toBe(false);

    // The cells of a column are what the schema says: an id of digits is a text.
    write("rows.csv", ["id,n,isNew", '"a, ""b""",3,true', "17,6,", '"two\nlines",9,false']);
    expect((await predict("--input", "rows.csv", "--output", "scores.csv")).code).toBe(0);
    expect(fs.readFileSync(path.join(folder, "scores.csv"), "utf8")).toBe(
      'id,score,isNew\n"a, ""b""",7,true\n17,14,false\n"two\nlines",21,false\n',
    );

    // A file of columns has the same rows, and its answers are the same.
    const columnData = [
      { name: "id", data: ["a", "b"] },
      { name: "n", data: [3, 6] },
    ];
    fs.writeFileSync(path.join(folder, "rows.parquet"), new Uint8Array(parquetWriteBuffer({ columnData })));
    const columns = await predict("--input", "rows.parquet", "--output", "scores.arrow");
    expect([columns.code, columns.stdout]).toEqual([0, expect.stringContaining("2 rows answered in scores.arrow")]);
    const scores = tableFromIPC(fs.readFileSync(path.join(folder, "scores.arrow")));
    expect(scores.toArray().map((row) => ({ ...(row.toJSON() as object) }))).toEqual([
      { id: "a", score: 7, isNew: false },
      { id: "b", score: 14, isNew: false },
    ]);
  },
);

test("predict that failed writes nothing, and goes on where it was", SLOW, async () => {
  const { folder, write, read, predict } = await rig();
  const numbers = Array.from({ length: 12 }, (_, index) => index + 3);
  write(
    "rows.jsonl",
    numbers.map((n) => JSON.stringify({ id: String(n), n })),
  );
  const failed = await predict(
    "--input",
    "rows.jsonl",
    "--output",
    "scores.jsonl",
    "--rows-per-task",
    "4",
    "--on-failure",
    "finish",
  );
  expect(failed.code).toBe(1);
  expect(failed.stdout + failed.stderr).toContain("Cannot answer the row of line 11 because the service fails");
  expect(failed.stdout + failed.stderr).toContain("no weights for thirteen");
  expect(failed.stderr).toMatch(/go on: .*service\.ts predict --output scores\.jsonl --resume/u);
  // A service has no such command.
  expect(failed.stderr).toMatch(/look into it: (npx )?millrace status ChurnServicePredict\//u);
  expect(fs.existsSync(path.join(folder, "scores.jsonl"))).toBe(false);

  write("lucky", []);
  const resumed = await predict("--output", "scores.jsonl", "--resume");
  expect([resumed.code, resumed.stderr]).toEqual([0, expect.any(String)]);
  expect(read("scores.jsonl").map((line) => (JSON.parse(line) as { id: string }).id)).toEqual(numbers.map(String));
  expect(resumed.stdout + resumed.stderr).toMatch(/reuse/);
});

test("what predict cannot do is said with what is wanted", SLOW, async () => {
  const { write, predict } = await rig();
  write("rows.jsonl", ['{"id":"a","n":1}']);
  for (const [args, message] of [
    [["--input", "rows.xlsx", "--output", "a.jsonl"], "Cannot tell the format of rows.xlsx"],
    [["--input", "rows.jsonl", "--output", "a.parquet"], "because answers are not written as Parquet"],
    [["--input", "rows.jsonl", "--output", "a.jsonl", "--method", "scroe"], "ChurnService has no method scroe"],
    [["--input", "rows.jsonl", "--output", "a.jsonl", "--model", "Churn@staging"], "the model has no alias staging"],
    [["--output", "a.jsonl"], "because no file is named"],
    [["--input", "rows.jsonl", "--output", "none/a.jsonl"], "because its folder does not exist"],
    [
      ["--resume", "--output", "a.jsonl", "--input", "rows.jsonl", "--rows-per-task", "5"],
      "Cannot resume with --input, --rows-per-task because the run goes on with what it began with",
    ],
  ] as const) {
    const refused = await predict(...args);
    expect([refused.code, refused.stderr], args.join(" ")).toEqual([2, expect.stringContaining(message)]);
  }
});
