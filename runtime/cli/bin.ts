#!/usr/bin/env node
import { runBin } from "./run-bin.ts";

await runBin(process.argv.slice(2));
