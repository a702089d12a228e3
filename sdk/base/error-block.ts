/** What an error that is shown to people can be made of. */
export interface ErrorBlockParts {
  /** Of its class, where that says more than the text. */
  readonly name?: string | undefined;
  readonly headline: string;
  readonly details?: readonly string[] | undefined;
  readonly causes?: readonly string[] | undefined;
  /** Place in the user's source. */
  readonly place?: ErrorPlace | undefined;
  /** The lines around that place. */
  readonly frame?: string | undefined;
  readonly hint?: string | undefined;
}

/** A file, as it is to be shown; line and column from 1. */
export interface ErrorPlace {
  readonly file?: string | undefined;
  readonly line?: number | undefined;
  readonly column?: number | undefined;
}

/** One line of it. Whoever shows it chooses indentation and colours by its part. */
export interface ErrorLine {
  readonly part: "headline" | "detail" | "cause" | "place" | "frame" | "hint";
  /** Stands before the text, as `hint:` does; empty for none. */
  readonly label: string;
  readonly text: string;
}

/**
 * How an error is laid out as text, wherever it is shown: what happened, details, causes, where, the code there, how to fix
 * it. Without iterators: an error of a step says what it says, whatever the step did to them.
 */
export function errorBlock(parts: ErrorBlockParts): ErrorLine[] {
  const { name, headline, details = [], causes = [], place, frame, hint } = parts;
  const where = placeText(place ?? {});
  return labelled("headline", name === undefined ? "" : `${name}:`, headline).concat(
    details.map((text) => ({ part: "detail", label: "", text })),
    causes.flatMap((cause) => labelled("cause", "caused by:", cause)),
    where === "" ? [] : [{ part: "place", label: "at", text: where }],
    frame === undefined ? [] : labelled("frame", "", frame),
    hint === undefined ? [] : [{ part: "hint", label: "hint:", text: hint }],
  );
}

/** A line as it is without colours. */
export function plainErrorLine({ label, text }: ErrorLine): string {
  return label === "" ? text : `${label} ${text}`;
}

function labelled(part: ErrorLine["part"], label: string, text: string): ErrorLine[] {
  return text.split("\n").map((line, at) => ({ part, label: at === 0 ? label : "", text: line }));
}

function placeText({ file, line, column }: ErrorPlace): string {
  return [file, line, column].filter((part) => part !== undefined).join(":");
}
