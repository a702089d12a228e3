import { spawnSync } from "node:child_process";
import path from "node:path";
import { ROOT } from "../harness.ts";
import type { Need } from "../describe-with.ts";

const FINDER = path.join(ROOT, "scripts/ensure-docker.mjs");

const found = spawnSync(process.execPath, [FINDER], { encoding: "utf8" });

export const DOCKER: Need = { name: "Docker", missing: found.status === 0 ? null : found.stderr.trim() };

/** This machine's Node and npm on a shell of busybox's; and the same without them. Both are there where `DOCKER` is. */
export const [IMAGE = "", IMAGE_WITHOUT_NODE = ""] = found.stdout.trim().split("\n");
