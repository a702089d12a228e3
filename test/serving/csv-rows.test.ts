import { expect, test } from "vitest";
import { z } from "zod";
import { csvRows } from "../../runtime/serving/files/csv-rows.ts";

function rowsOf(text: string, schema: z.ZodType): unknown[] {
  return [...csvRows(text, z.toJSONSchema(schema, { io: "input" }))].map(({ json }) => JSON.parse(json) as unknown);
}

test("text after the end of a quoted cell is an error with its line, and no row of its own", () => {
  const schema = z.object({ a: z.string(), b: z.string() });
  expect(() => rowsOf('a,b\n"1",2\n"two\nlines"x,3\n', schema)).toThrow("line 4");
  expect([...csvRows('a,b\n"1\n",2\n\n3,4\n', {})].map(({ line }) => line)).toEqual([2, 5]);
  expect(rowsOf('a,b\r\n"1 ""x""",2\r\n3,"4"', schema)).toEqual([
    { a: '1 "x"', b: "2" },
    { a: "3", b: "4" },
  ]);
});

test("cells of columns that may be null or one of several things become what the column may have", () => {
  const schema = z.object({
    id: z.string().nullable(),
    code: z.union([z.string(), z.number()]),
    isNew: z.boolean().nullable(),
    n: z.number().nullable(),
    any: z.any(),
  });
  expect(rowsOf("id,code,isNew,n,any\n007,08,true,1.5,09\n1e5,,1,,true\n", schema)).toEqual([
    { id: "007", code: "08", isNew: true, n: 1.5, any: 9 },
    { id: "1e5", isNew: "1", any: true },
  ]);
  const types = { properties: { id: { type: ["string", "null"] }, n: { type: ["null", "integer"] } } };
  expect([...csvRows("id,n\n010,010\n", types)].map(({ json }) => json)).toEqual(['{"id":"010","n":10}']);
});
