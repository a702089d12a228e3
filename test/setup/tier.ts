/** What runs: `quick`, by default; `long`, in `npm run test:all`; `soak`, in `npm run test:soak`, and where files or folders are named. */
export type Tier = "quick" | "long" | "soak";

const LEFT_OUT = {
  quick: ["test/**/*.long.test.ts", "test/**/*.soak.test.ts"],
  long: ["test/**/*.soak.test.ts"],
  soak: [],
} as const satisfies Record<Tier, readonly string[]>;

export function tierOf(mode: string): Tier {
  if (mode === "soak" || mode === "all") return mode === "soak" ? "soak" : "long";
  const areNamed = process.argv.slice(2).some((argument) => /^(\.\/)?test\b/.test(argument));
  return areNamed ? "soak" : "quick";
}

/** The files that a tier leaves to a longer one. */
export function leftOut(tier: Tier): readonly string[] {
  return LEFT_OUT[tier];
}

/** The environment in which the tests of a mode run. */
export function toldTests(mode: string): Readonly<Record<string, string>> {
  return { MILLRACE_TEST_SOAK: mode === "soak" ? "1" : "" };
}

/** Asked within a test: it then runs at its full size, which takes minutes. */
export function isSoak(): boolean {
  return process.env["MILLRACE_TEST_SOAK"] === "1";
}
