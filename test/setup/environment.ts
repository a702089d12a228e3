/** What steers the tests themselves. */
const KEPT = /^MILLRACE_(FUZZ_|TEST_|BUILD_KUBERNETES$|REQUIRE_ALL$)/;

/** Tests start Millrace in child processes: the developer's own settings must not reach them, nor the way to an account. */
export default function cleanEnvironment(): void {
  for (const name of Object.keys(process.env))
    if (/^(MILLRACE_|AWS_|KUBECONFIG$|KUBERNETES_)/.test(name) && !KEPT.test(name)) delete process.env[name];
  delete process.env["FORCE_COLOR"];
  process.env["NO_COLOR"] = "1";
}
