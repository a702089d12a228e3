import { defineConfig } from "vitest/config";
import { leftOut, tierOf, toldTests } from "./test/setup/tier.ts";

export default defineConfig(({ mode }) => ({
  // Flows in tests are decorated; Oxc compiles the legacy dialect only. The standard one is tested through esbuild.
  oxc: { decorator: { legacy: true, emitDecoratorMetadata: false } },
  test: {
    include: ["test/**/*.test.ts"],
    exclude: ["test/fixtures/**", "**/node_modules/**", ...leftOut(tierOf(mode))],
    globalSetup: [
      "test/setup/environment.ts",
      "test/setup/skipped.ts",
      "test/setup/build.ts",
      "test/setup/kubernetes.ts",
    ],
    env: toldTests(mode),
    pool: "forks",
    maxWorkers: 2,
    // For what hangs alone: a busy machine may take its time.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 60_000 } },
  },
}));
