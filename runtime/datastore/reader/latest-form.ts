import { MillraceError } from "../../../sdk/base/millrace-error.ts";

/** `latest`, `latest~1`, `latest:any`, `latest:any~2`: a run by how late it is. */
export interface LatestForm {
  readonly isAnybodys: boolean;
  /** How many runs before the latest one. */
  readonly back: number;
}

const FORM = /^latest(:any)?(?:~(\d{1,6}))?$/;

/**
 * Null for a text that is another name of a run.
 * @throws MillraceError `MILLRACE_PATHSPEC` for one that is `latest` and more, and none of the forms
 */
export function latestForm(text: string): LatestForm | null {
  const found = FORM.exec(text);
  if (found !== null) return { isAnybodys: found[1] !== undefined, back: Number(found[2] ?? 0) };
  if (!/^latest\b/i.test(text)) return null;
  throw new MillraceError({
    code: "MILLRACE_PATHSPEC",
    headline: `Cannot find the run ${text} because latest is written in another form`,
    details: [
      "latest: your own latest run; latest~1: the one before it",
      "latest:any: anybody's latest run; latest:any~1: the one before it",
    ],
    hint: `did you mean ${meant(text)}?`,
  });
}

function meant(text: string): string {
  const back = /\d{1,6}/.exec(text);
  return `latest${/any|all/i.test(text) ? ":any" : ""}${back === null ? "" : `~${Number(back[0])}`}`;
}
