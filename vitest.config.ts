import { defineConfig } from "vitest/config";
import { isWithLong } from "./test/setup/is-with-long.ts";

export default defineConfig(({ mode }) => ({
  // Flows in tests are decorated; Oxc compiles the legacy dialect only. The standard one is tested through esbuild.
  oxc: { decorator: { legacy: true, emitDecoratorMetadata: false } },
  test: {
    include: ["test/**/*.test.ts"],
    exclude: ["test/fixtures/**", "**/node_modules/**", ...(isWithLong(mode) ? [] : ["test/**/*.long.test.ts"])],
    globalSetup: [
      "test/setup/environment.ts",
      "test/setup/skipped.ts",
      "test/setup/build.ts",
      "test/setup/kubernetes.ts",
    ],
    pool: "forks",
    maxWorkers: 2,
    // For what hangs alone: a busy machine may take its time.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 60_000 } },
  },
}));
