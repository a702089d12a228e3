// Sums up Vitest's JSON results: what failed, then "N passed, N failed". Arguments: stages that failed, then the result files.
import { existsSync, readFileSync } from "node:fs";
import { basename, relative } from "node:path";
import { stripVTControlCharacters } from "node:util";

const messageLength = 1500;
const [stages, ...files] = process.argv.slice(2);
const results = files.map(readResult);
const passed = sum(results.map((result) => result.passed));
const failures = results.flatMap((result) => result.failures);
// A stage can fail without a failing test (the type-check, a missing result): it must still show.
const failed = Math.max(failures.length, Number(stages));
// Told last: of a long log often only the end is kept.
for (const failure of failures) console.log(failure);
console.log(`${passed} passed, ${failed} failed`);
if (failed > 0 || passed === 0) process.exitCode = 1;

function readResult(file) {
  const run = basename(file, ".json");
  if (!existsSync(file)) return { passed: 0, failures: [`${run}: the tests left no result\n`] };
  const result = JSON.parse(readFileSync(file, "utf8"));
  return { passed: result.numPassedTests, failures: result.testResults.flatMap((suite) => failuresOf(suite, run)) };
}

function failuresOf(suite, run) {
  const place = `${run}: ${relative(process.cwd(), suite.name)}`;
  const tests = suite.assertionResults.filter((test) => test.status === "failed");
  // A file that cannot be loaded, or whose hook fails, may have no test that fails.
  if (tests.length === 0) return suite.status === "failed" ? [told(place, suite.message)] : [];
  return tests.map((test) =>
    told(`${place}, ${test.fullName} (${Math.round(test.duration ?? 0)} ms)`, test.failureMessages.join("\n")),
  );
}

function told(title, message) {
  return `--- ${title}\n${stripVTControlCharacters(message ?? "").slice(0, messageLength)}\n`;
}

function sum(numbers) {
  return numbers.reduce((total, number) => total + number, 0);
}
