import { describeBackend } from "./backend-contract.ts";

process.env["MILLRACE_GPU_BACKEND"] = "webasm";
describeBackend("webasm");
