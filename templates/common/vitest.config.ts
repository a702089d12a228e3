import millrace from "millrace/vitest";
import { defineConfig } from "vitest/config";

export default defineConfig({
  plugins: [millrace()],
  // A whole run starts processes.
  test: { testTimeout: 60_000 },
});
