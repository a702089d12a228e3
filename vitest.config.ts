import { defineConfig } from "vitest/config";

export default defineConfig({
  // Flows in tests are decorated; Oxc compiles the legacy dialect only. The standard one is tested through esbuild.
  oxc: { decorator: { legacy: true, emitDecoratorMetadata: false } },
  test: {
    include: ["test/**/*.test.ts"],
    exclude: ["test/fixtures/**", "**/node_modules/**"],
    globalSetup: ["test/setup/environment.ts", "test/setup/skipped.ts", "test/setup/build.ts"],
    pool: "forks",
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 30_000,
  },
});
