import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { visible, visibleLine } from "../../../../sdk/base/visible.ts";
import type { RunAnswer, TagsChange } from "../../api/shapes.ts";
import { type PageProblem, problemOf } from "../source/page-problem.ts";
import type { RunAddress } from "../source/source.ts";
import { useSite } from "../state/use-site.ts";

interface TagsProps {
  readonly name: RunAddress;
  readonly answer: RunAnswer;
  readonly onChanged: () => void;
}

/** The tags of a run, changed where they stand. */
export function Tags({ name, answer, onChanged }: TagsProps): JSX.Element {
  const { source, told } = useSite();
  const [problem, setProblem] = useState<PageProblem | null>(null);
  const [text, setText] = useState("");
  const canChange = !answer.isReadOnly && !source.isExport;
  const change = (changes: TagsChange, done: string): void => {
    source.changeTags(name, changes).then(
      () => {
        setProblem(null);
        setText("");
        told.value = done;
        onChanged();
      },
      (error: unknown) => setProblem(problemOf(error)),
    );
  };
  return (
    <div class="tags">
      {answer.tags.map((tag) => (
        <span key={tag} class="tag">
          {visibleLine(tag)}
          {canChange && (
            <button
              type="button"
              aria-label={`Remove tag ${visibleLine(tag)}`}
              onClick={() => change({ remove: [tag] }, `Removed ${tag}`)}
            >
              ×
            </button>
          )}
        </span>
      ))}
      {answer.tags.length === 0 && !canChange && <span class="quiet">none</span>}
      {canChange && (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            if (text.trim() !== "") change({ add: [text.trim()] }, `Added ${text.trim()}`);
          }}
        >
          <input
            aria-label="New tag"
            placeholder="add a tag"
            value={text}
            size={10}
            onInput={({ currentTarget }) => setText(currentTarget.value)}
          />
        </form>
      )}
      {problem !== null && (
        <p class="bad" role="alert">
          {visible(problem.message)}
        </p>
      )}
    </div>
  );
}
