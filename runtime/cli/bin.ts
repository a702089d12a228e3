#!/usr/bin/env node
import { loadCli } from "./load-cli.ts";

await loadCli().runBin(process.argv.slice(2));
