import { foreach1000 } from "./foreach-1000.ts";
import { foreach50 } from "./foreach-50.ts";
import { linear, linearTsx } from "./linear.ts";
import { noise } from "./noise.ts";
import { resume1000 } from "./resume-1000.ts";
import { show } from "./show.ts";
import type { BenchCase } from "../bench-case.ts";

/** In the order of the table, quick ones first. */
export const CASES: readonly BenchCase[] = [noise, show, linear, linearTsx, foreach50, foreach1000, resume1000];
