import { spawnSync } from "node:child_process";
import path from "node:path";
import { ROOT } from "../harness.ts";
import type { Need } from "../describe-with.ts";

const found = spawnSync(process.execPath, [path.join(ROOT, "scripts/ensure-vulkan.mjs")], { encoding: "utf8" });

export const VULKAN: Need = {
  name: "an image with software Vulkan",
  missing: found.status === 0 ? null : found.stderr.trim(),
};

/** The Dockerfile that Millrace ships, with Vulkan on the processor. It is there where `VULKAN` is. */
export const VULKAN_IMAGE = found.stdout.trim();
