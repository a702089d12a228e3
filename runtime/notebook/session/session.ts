import { isMainThread } from "node:worker_threads";
import { runSession } from "./run-session.ts";

// The same file is the thread that watches for interrupts, see interrupt-watch.ts.
if (isMainThread) runSession({ folder: process.cwd(), mark: process.argv[2] ?? "" });
