import { parentPort, workerData } from "node:worker_threads";
import { readUsedPackages, type UsedPackagesOptions } from "./used-packages.ts";

// Thousands of files are looked at: where a run goes on, its scheduler has no time for that.
parentPort?.postMessage(readUsedPackages(workerData as UsedPackagesOptions));
