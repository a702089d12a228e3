import type { JSX } from "preact";
import { visible } from "../../../../sdk/base/visible.ts";
import type { AttemptAnswer } from "../../api/shapes.ts";

/** Why an attempt failed, and where: its message, the code around the place, the stack. */
export function ErrorView({ error }: { error: NonNullable<AttemptAnswer["error"]> }): JSX.Element {
  const { name, message, code, causes, file, line, column, frame, stack } = error;
  const place = [file, line, column].filter((part) => part !== undefined).join(":");
  return (
    <section class="error" aria-label="Error">
      <h2>
        {visible(name)}
        {code !== undefined && code !== name && <span class="quiet"> {visible(code)}</span>}
      </h2>
      <pre class="message">{visible(message)}</pre>
      {(causes ?? []).map((cause, at) => (
        <pre key={at} class="message">
          caused by {visible(cause)}
        </pre>
      ))}
      {frame !== undefined && (
        <figure>
          {place !== "" && <figcaption class="mono">{visible(place)}</figcaption>}
          <pre class="frame" tabIndex={0} role="region" aria-label="The code around it">
            {visible(frame)}
          </pre>
        </figure>
      )}
      {stack !== undefined && (
        <details>
          <summary>Stack</summary>
          <pre class="frame" tabIndex={0} role="region" aria-label="Stack">
            {visible(stack)}
          </pre>
        </details>
      )}
    </section>
  );
}
