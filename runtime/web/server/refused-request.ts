import { MillraceError } from "../../../sdk/base/millrace-error.ts";

/** A request that is not answered as it stands. */
export class RefusedRequest extends MillraceError {
  /** Of HTTP. */
  readonly status: number;

  constructor(status: number, { headline, hint }: { readonly headline: string; readonly hint?: string }) {
    super({ code: "MILLRACE_UI", headline, ...(hint === undefined ? {} : { hint }) });
    this.status = status;
  }
}
