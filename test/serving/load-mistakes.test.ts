import path from "node:path";
import { expect, test } from "vitest";
import { type Finished, millrace, tsx } from "../rigs/harness.ts";
import { COMMONJS, ESM, LEGACY, makeProject, STANDARD } from "../rigs/project.ts";

const SCHEMA = `{ "~standard": { version: 1, vendor: "mine", validate: (value: unknown) => ({ value: value as number }) } } as const`;

function service(options: string, method = "double(rows: number[]) { return rows; }"): string {
  return `import { predict, serve, Service } from "millrace/serving";
class Sample extends Service {
  @predict(${options} as any)
  ${method}
}
serve(Sample);
`;
}

const VIEWS = `import { count, csv, entity, featureView } from "millrace/features";
const customer = entity("customer", { keys: { id: "string" } });
export const visits = featureView("visits", { entity: customer, source: csv("v.csv", { event: "at" }), features: { n: 3 as any } });
`;
const USES_VIEWS = `import { predict, serve, Service } from "millrace/serving";
import { visits } from "./views.ts";
class Sample extends Service {
  @predict({ input: ${SCHEMA} as any, features: [visits.n] as any })
  double(rows: object[]) { return rows; }
}
serve(Sample);
`;

/** The files, the command, the place of the mistake, and what is said of it. */
const MISTAKES = [
  [
    "an option",
    { "service.ts": service(`{ input: ${SCHEMA}, batch: { maxSize: 0 } }`) },
    /at service\.ts:[34]:\d+/,
    /maxSize is 0/,
  ],
  [
    "a static method",
    { "service.ts": service(`{ input: ${SCHEMA} }`, "static double(rows: number[]) { return rows; }") },
    /at service\.ts:[34]:\d+/,
    /Cannot apply @predict to static double/,
  ],
  ["a view", { "service.ts": USES_VIEWS, "views.ts": VIEWS }, /at views\.ts:3:\d+/, /visits\.n is not a feature/],
  [
    "code that throws",
    { "service.ts": service("(undefined as any).schema") },
    /at service\.ts:[34]:\d+/,
    /Cannot read the service of service\.ts because .*TypeError/,
  ],
] as const;

test.each(MISTAKES)(
  "a service with a mistake in %s is told in a few words, in both dialects",
  { timeout: 180_000 },
  async (_, files, place, message) => {
    const projects = [STANDARD, LEGACY].map((tsconfig) =>
      makeProject({ ...files, "package.json": ESM, "tsconfig.json": tsconfig }),
    );
    const ended = await Promise.all(
      projects.map((cwd, at) => tsx(path.join(cwd, "service.ts"), [at === 0 ? "serve" : "predict", "--json"], { cwd })),
    );
    for (const one of ended) expectMistake(one, { place, message });
  },
);

test(
  "a mistake in a file of views is told by features, and where the file is the program",
  { timeout: 180_000 },
  async () => {
    const cwd = makeProject({ "views.ts": VIEWS, "package.json": COMMONJS, "tsconfig.json": STANDARD });
    const [command, program] = await Promise.all([
      millrace(["features", "materialize", "views.ts", "--json"], { cwd }),
      tsx(path.join(cwd, "views.ts"), ["--json"], { cwd }),
    ]);
    for (const one of [command, program])
      expectMistake(one, { place: /at views\.ts:3:\d+/, message: /visits\.n is not a feature/ });
  },
);

function expectMistake(
  { code, stdout, stderr }: Finished,
  { place, message }: { place: RegExp; message: RegExp },
): void {
  expect(code, stderr).toBe(2);
  expect(stderr).toMatch(message);
  expect(stderr).toMatch(place);
  expect(stderr).not.toMatch(/dist|node_modules/);
  expect(stderr.trim().split("\n").length, stderr).toBeLessThan(5);
  const { error } = JSON.parse(stdout) as { error: { code: string } };
  expect(error.code).toMatch(/^MILLRACE_/);
}
