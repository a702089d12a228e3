import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { useSite } from "../state/use-site.ts";

const STATUSES = ["pending", "running", "succeeded", "failed", "stale"];
const TYPING_MS = 250;
const FIELDS = [
  { name: "tag", label: "Tag", hint: "" },
  { name: "user", label: "User", hint: "" },
  { name: "parameter", label: "Parameter", hint: "name=value" },
] as const;
const SPANS = [
  { value: "", text: "any time" },
  { value: "1h", text: "the last hour" },
  { value: "1d", text: "the last day" },
  { value: "7d", text: "the last 7 days" },
  { value: "30d", text: "the last 30 days" },
];

/** What narrows the list of runs; all of it stands in the address. */
export function RunFilters({ flows, flow }: { flows: readonly string[]; flow: string | undefined }): JSX.Element {
  const { addresses } = useSite();
  const { query } = addresses.current.value;
  const set = (name: string, value: string): void =>
    addresses.go(addresses.with({ [name]: value }), { isReplaced: true });
  const isFiltered = [...query.keys()].some((name) => name !== "run");
  return (
    <form class="filters" role="search" aria-label="Filter runs" onSubmit={(event) => event.preventDefault()}>
      <TypedField name="text" label="Find" hint="run, tag, parameter …" value={query.get("text") ?? ""} onTyped={set} />
      {flow === undefined && (
        <Choice name="flow" label="Flow" value={query.get("flow") ?? ""} onChosen={set}>
          {["", ...flows].map((one) => ({ value: one, text: one === "" ? "all" : one }))}
        </Choice>
      )}
      <Choice name="status" label="Status" value={query.get("status") ?? ""} onChosen={set}>
        {["", ...STATUSES].map((one) => ({ value: one, text: one === "" ? "all" : one }))}
      </Choice>
      <Choice name="since" label="Started" value={query.get("since") ?? ""} onChosen={set}>
        {SPANS}
      </Choice>
      {FIELDS.map(({ name, label, hint }) => (
        <TypedField key={name} name={name} label={label} hint={hint} value={query.get(name) ?? ""} onTyped={set} />
      ))}
      {isFiltered && (
        <button type="button" onClick={() => addresses.go(addresses.href(addresses.current.value.path))}>
          Clear
        </button>
      )}
    </form>
  );
}

interface ChoiceProps {
  readonly name: string;
  readonly label: string;
  readonly value: string;
  readonly onChosen: (name: string, value: string) => void;
  readonly children: readonly { readonly value: string; readonly text: string }[];
}

function Choice({ name, label, value, onChosen, children }: ChoiceProps): JSX.Element {
  const isKnown = children.some((one) => one.value === value);
  return (
    <label>
      <span>{label}</span>
      <select name={name} value={value} onChange={({ currentTarget }) => onChosen(name, currentTarget.value)}>
        {!isKnown && <option value={value}>{value}</option>}
        {children.map((one) => (
          <option key={one.value} value={one.value}>
            {one.text}
          </option>
        ))}
      </select>
    </label>
  );
}

interface TypedFieldProps {
  readonly name: string;
  readonly label: string;
  readonly hint: string;
  readonly value: string;
  readonly onTyped: (name: string, value: string) => void;
}

/** A field that takes effect when its user pauses. */
export function TypedField({ name, label, hint, value, onTyped }: TypedFieldProps): JSX.Element {
  const [text, setText] = useState(value);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const isOwn = useRef(value);
  useEffect(() => {
    // Changed from elsewhere: back, or another part of the page.
    if (value !== isOwn.current) setText(value);
    isOwn.current = value;
  }, [value]);
  return (
    <label>
      <span>{label}</span>
      <input
        type="search"
        name={name}
        value={text}
        placeholder={hint}
        autoComplete="off"
        spellcheck={false}
        onInput={({ currentTarget }) => {
          const typed = currentTarget.value;
          setText(typed);
          clearTimeout(timer.current);
          timer.current = setTimeout(() => {
            isOwn.current = typed;
            onTyped(name, typed);
          }, TYPING_MS);
        }}
      />
    </label>
  );
}
