// Sums up Vitest's JSON results: "N passed, N failed". Arguments: stages that failed, then the result files.
import { existsSync, readFileSync } from "node:fs";

const [stages, ...files] = process.argv.slice(2);
const results = files.map(readResult);
const passed = sum(results.map((result) => result.passed));
// A stage can fail without a failing test (the type-check, a missing result): it must still show.
const failed = Math.max(sum(results.map((result) => result.failed)), Number(stages));
console.log(`${passed} passed, ${failed} failed`);
if (failed > 0 || passed === 0) process.exitCode = 1;

function readResult(file) {
  if (!existsSync(file)) return { passed: 0, failed: 1 };
  const result = JSON.parse(readFileSync(file, "utf8"));
  // A file that cannot be loaded has no tests to fail.
  const broken = result.testResults.filter((suite) => suite.status === "failed" && suite.assertionResults.length === 0);
  return { passed: result.numPassedTests, failed: result.numFailedTests + broken.length };
}

function sum(numbers) {
  return numbers.reduce((total, number) => total + number, 0);
}
