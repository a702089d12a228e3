import { expect, test } from "vitest";
import { transform } from "esbuild";
import { z } from "zod";
import { predictionsOf } from "../../runtime/serving/model/predictions-of.ts";
import type { AnyClass } from "../../sdk/base/metadata.ts";
import * as serving from "../../sdk/serving/index.ts";
import { DIALECTS, type Dialect } from "./compile.ts";

async function serviceOf(body: string, dialect: Dialect): Promise<AnyClass> {
  const { code } = await transform(`export default ({ Service, predict, z }) => { ${body} }`, {
    loader: "ts",
    target: "node20",
    tsconfigRaw: { compilerOptions: { experimentalDecorators: dialect === "legacy" } },
  });
  const url = `data:text/javascript,${encodeURIComponent(code)}`;
  const module = (await import(/* @vite-ignore */ url)) as { default: (given: unknown) => AnyClass };
  return module.default({ ...serving, z });
}

test.each(DIALECTS)(
  "a service's methods are found with their options, those of its base class first: %s",
  async (dialect) => {
    const Service = await serviceOf(
      `class Base extends Service { @predict({ input: z.number() }) first(rows) { return rows; } }
     class Own extends Base { @predict({ input: z.string(), batch: { maxSize: 8 } }) second(rows) { return rows; } plain() {} }
     return Own;`,
      dialect,
    );
    expect(predictionsOf(Service).map(({ name, batch, output }) => [name, batch, output])).toEqual([
      ["first", { maxSize: 64, maxWaitMs: 0 }, undefined],
      ["second", { maxSize: 8, maxWaitMs: 0 }, undefined],
    ]);
    expect(predictionsOf(Service)[0]?.input).toBeInstanceOf(z.ZodNumber);
  },
);

test.each(DIALECTS)(
  "@predict in a wrong place, or with what it does not take, says what is wanted: %s",
  async (dialect) => {
    const refused = (body: string) =>
      expect(serviceOf(`class Own extends Service { ${body} }; return Own;`, dialect)).rejects;
    await refused("@predict({ input: z.number() }) score = 1;").toThrow("Cannot apply @predict to field score");
    await refused("@predict({ input: 3 }) score(rows) {}").toThrow("its input is not a Standard Schema");
    await refused("@predict({ input: z.number(), out: 1 }) score(rows) {}").toThrow("it has no option out");
    await refused("@predict({ input: z.number(), batch: { maxSize: 0 } }) score(rows) {}").toThrow("maxSize is 0");
    const Empty = await serviceOf("class Empty extends Service {}; return Empty;", dialect);
    expect(() => predictionsOf(Empty)).toThrow(/^Cannot serve _?Empty because none of its methods has @predict/);
    const Taken = await serviceOf(
      "class Taken extends Service { @predict({ input: z.number() }) metrics(rows) { return rows; } }; return Taken;",
      dialect,
    );
    expect(() => predictionsOf(Taken)).toThrow(/^Cannot serve _?Taken because a path of the server/);
  },
);
