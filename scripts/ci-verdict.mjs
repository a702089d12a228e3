// Sums up Vitest's JSON results: what failed, then "N passed, N failed". Arguments: stages that failed, then the result files.
import { existsSync, readFileSync } from "node:fs";
import { basename, relative } from "node:path";
import { stripVTControlCharacters } from "node:util";

const MESSAGE_LENGTH = 1500;
/** Of one file: its failures often have one cause. */
const SHOWN_PER_FILE = 4;

const [stages, ...files] = process.argv.slice(2);
const results = files.map(readResult);
const passed = sum(results.map((result) => result.passed));
const suites = results.flatMap((result) => result.suites);
// A stage can fail without a failing test (the type-check, a missing result): it must still show.
const failed = Math.max(sum(suites.map(({ failures }) => failures.length)), Number(stages));
for (const { place, failures } of suites)
  for (const { title, message } of failures.slice(0, SHOWN_PER_FILE)) console.log(`--- ${place}${title}\n${message}\n`);
// Told last: of a long log often only the end is kept.
for (const { place, failures } of suites) console.log(`${place}: ${failures.length} failed`);
console.log(`${passed} passed, ${failed} failed`);
if (failed > 0 || passed === 0) process.exitCode = 1;

function readResult(file) {
  const run = basename(file, ".json");
  if (!existsSync(file)) return { passed: 0, suites: [{ place: run, failures: [failure("", "no result was left")] }] };
  const result = JSON.parse(readFileSync(file, "utf8"));
  const suites = result.testResults.map((suite) => ({
    place: `${run}: ${relative(process.cwd(), suite.name)}`,
    failures: failuresOf(suite),
  }));
  return { passed: result.numPassedTests, suites: suites.filter(({ failures }) => failures.length > 0) };
}

function failuresOf(suite) {
  const tests = suite.assertionResults.filter((test) => test.status === "failed");
  // A file that cannot be loaded, or whose hook fails, may have no test that fails.
  if (tests.length === 0) return suite.status === "failed" ? [failure("", suite.message)] : [];
  return tests.map(({ fullName, duration, failureMessages }) =>
    failure(`, ${fullName} (${Math.round(duration ?? 0)} ms)`, failureMessages.join("\n")),
  );
}

function failure(title, message) {
  return { title, message: stripVTControlCharacters(message ?? "").slice(0, MESSAGE_LENGTH) };
}

function sum(numbers) {
  return numbers.reduce((total, number) => total + number, 0);
}
