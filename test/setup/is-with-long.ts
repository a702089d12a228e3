/** True if suites of more than half a minute run, too: in `npm run test:all`, in CI, or where files or folders are named. */
export function isWithLong(mode: string): boolean {
  const areNamed = process.argv.slice(2).some((argument) => /^(\.\/)?test\b/.test(argument));
  return mode === "all" || areNamed || process.env["MILLRACE_REQUIRE_ALL"] === "1";
}
