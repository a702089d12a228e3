import { expect, test } from "vitest";
import { z } from "zod";
import type { AnyClass } from "../../sdk/base/metadata.ts";
import { predict, Service } from "../../sdk/serving/index.ts";
import { predictionsOf } from "../../runtime/serving/model/predictions-of.ts";
import { answerBatch } from "../../runtime/serving/worker/answer-batch.ts";

const Row = z.object({ id: z.string(), n: z.number() });
type Row = z.infer<typeof Row>;

class Careless extends Service {
  @predict({ input: Row })
  splices(rows: Row[]) {
    return rows.splice(0, 1).map(({ id }) => id);
  }

  @predict({ input: Row })
  shifts(rows: Row[]) {
    const ids: string[] = [];
    for (let row = rows.shift(); row !== undefined; row = rows.shift()) ids.push(row.id);
    return ids;
  }

  /** Changes each row before it fails at one. */
  @predict({ input: Row })
  changes(rows: Row[]) {
    for (const row of rows) {
      row.n *= 10;
      if (row.id === "bad") throw new Error("no weights");
    }
    return rows.map(({ n }) => n);
  }

  @predict({
    input: z.string().transform((text) => {
      if (text === "bad") throw new TypeError("a key of the schema's own: 1234");
      return text;
    }),
  })
  strict(rows: string[]) {
    return rows;
  }
}

async function answered(method: string, requests: readonly unknown[]) {
  const prediction = predictionsOf(Careless as unknown as AnyClass).find(({ name }) => name === method)!;
  const texts = requests.map((one) => ({ text: JSON.stringify(one) }));
  const { answers, faults } = await answerBatch({ service: new Careless(), prediction }, texts);
  return { faults, answers: answers.map(({ status, body }) => [status, JSON.parse(String(body)) as unknown] as const) };
}

test("a method that takes rows out of its array gives nobody another's answer", async () => {
  const requests = [
    { id: "a", n: 1 },
    [
      { id: "b", n: 2 },
      { id: "c", n: 3 },
    ],
    { id: "d", n: 4 },
  ];
  const { answers } = await answered("shifts", requests);
  expect(answers).toEqual([
    [200, "a"],
    [200, ["b", "c"]],
    [200, "d"],
  ]);
  // One answer for four rows is wrong, however many rows are left; alone, a request of one row gets its own.
  const spliced = await answered("splices", requests);
  expect(spliced.answers.map(([status]) => status)).toEqual([200, 500, 200]);
  expect([spliced.answers[0]![1], spliced.answers[2]![1]]).toEqual(["a", "d"]);
  expect(spliced.faults).toEqual([expect.stringContaining("it gave 1 answers for 2 rows")]);
});

test("requests that are asked again alone are asked with what was sent", async () => {
  const { answers } = await answered("changes", [
    { id: "a", n: 1 },
    { id: "bad", n: 2 },
    { id: "b", n: 3 },
  ]);
  expect(answers.map(([status, body]) => (status === 200 ? body : status))).toEqual([10, 500, 30]);
});

test("a hundred issues are told, and how many were left out", async () => {
  const [many] = (await answered("changes", [Array.from({ length: 70_000 }, () => ({}))])).answers;
  const [status, body] = many!;
  const { issues, leftOut } = body as { issues: unknown[]; leftOut: unknown };
  // Each row has two.
  expect([status, issues.length, leftOut]).toEqual([422, 100, { issues: 0, rows: 69_950 }]);
  const [few] = (await answered("changes", [[{}, { id: "a", n: 1 }]])).answers;
  expect(few![1]).toEqual({ issues: [expect.anything(), expect.anything()] });
});

test("what a schema throws is for the log, and fails its own request alone", async () => {
  const { answers, faults } = await answered("strict", ["good", "bad"]);
  expect(answers).toEqual([
    [200, "good"],
    [500, { error: "the service failed; its log says why" }],
  ]);
  expect(faults).toEqual([
    expect.stringContaining("the input schema of Careless.strict threw TypeError: a key of the schema's own: 1234"),
  ]);
});
