import type { ErrorAnswer } from "../../api/shapes.ts";

/** Why something cannot be shown, for people. */
export class PageProblem extends Error {
  readonly status: number;
  readonly code: string;
  readonly hint: string | null;

  constructor(status: number, { code, message, hint }: ErrorAnswer["error"]) {
    super(message);
    this.name = "PageProblem";
    this.status = status;
    this.code = code;
    this.hint = hint;
  }
}

export function problemOf(error: unknown): PageProblem {
  if (error instanceof PageProblem) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new PageProblem(0, {
    code: "",
    message: `Cannot show this because of a fault in the page: ${message}`,
    hint: null,
  });
}
