import { MillraceError } from "../../../sdk/base/millrace-error.ts";
import type { JobEnd, StepJob } from "../jobs/job-service.ts";
import { messageOf } from "../../../sdk/base/message-of.ts";

interface EngineError {
  readonly statusCode?: number;
  readonly code?: string;
  readonly message: string;
  readonly json?: { readonly message?: string } | null;
}

/** For what an engine is asked, and what does without one. */
export interface EngineWork {
  readonly work: string;
  readonly instead: string;
}

const STEPS: EngineWork = {
  work: "run steps in containers",
  instead: "without --with docker steps run as processes of this machine",
};

/** The engine cannot be asked at all. */
export function noEngine(error: unknown, { work, instead }: EngineWork = STEPS): MillraceError {
  const { code = "", message } = error as EngineError;
  const isForbidden = code === "EACCES" || code === "EPERM";
  return new MillraceError({
    code: "MILLRACE_NO_ENGINE",
    headline: `Cannot ${work} because ${isForbidden ? "this user may not use Docker" : "no Docker engine answers"}: ${message}`,
    hint: isForbidden
      ? "add yourself to the group docker, or set DOCKER_HOST to an engine that you may use"
      : `start Docker, or set DOCKER_HOST to where it listens; ${instead}`,
    cause: error,
  });
}

/** The engine's words for why there is no such container, or why it does not start. */
export function whyNotStarted(error: unknown, needs: StepJob): JobEnd {
  const reason = saidByEngine(error);
  return { kind: "not-started", exitCode: null, reason, details: remedies(reason, needs) };
}

/** The engine's own words, where it has some. */
export function saidByEngine(error: unknown): string {
  const { json } = error as EngineError;
  return json?.message ?? messageOf(error);
}

function remedies(reason: string, { step, gpu, image }: StepJob): string[] {
  if (/could not select device driver|unknown or invalid runtime|nvidia/i.test(reason) && gpu > 0)
    return [
      `step ${step} asks for ${gpu} ${gpu === 1 ? "GPU" : "GPUs"}, which containers get through the NVIDIA Container Toolkit: install it on this machine, or leave gpu out`,
    ];
  if (/No such image/i.test(reason)) return [`pull or build ${image}, or name another with image`];
  if (/executable file not found|no such file or directory/i.test(reason) && /\bsh\b/.test(reason))
    return [`the image ${image} has no shell: choose one with sh and Node 20.19 or later`];
  if (/bind source path does not exist/i.test(reason)) return ["each folder under mounts must be there"];
  return [];
}
