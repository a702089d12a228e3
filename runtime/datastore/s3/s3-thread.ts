import { workerData } from "node:worker_threads";
import { answerCalls, type CallsToAnswer } from "../thread/answer-calls.ts";
import type { ThreadSetup } from "../thread/calls.ts";
import { s3Client } from "./s3-client.ts";
import { parseS3Location } from "./s3-location.ts";
import { S3Objects } from "./s3-objects.ts";
import type { S3Settings } from "../../settings/s3-settings.ts";

/** The program of the thread that talks to a bucket. */
const { location, settings, signal, port } = workerData as ThreadSetup<S3Settings> & CallsToAnswer;

answerCalls(new S3Objects({ client: s3Client(settings), ...parseS3Location(location), location }), { signal, port });
