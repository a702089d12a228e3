/** Tests start Millrace in child processes: the developer's own settings must not reach them. */
export default function cleanEnvironment(): void {
  for (const name of Object.keys(process.env))
    if (name.startsWith("MILLRACE_") && !/^MILLRACE_(FUZZ_|REQUIRE_ALL$)/.test(name)) delete process.env[name];
  delete process.env["FORCE_COLOR"];
  process.env["NO_COLOR"] = "1";
}
