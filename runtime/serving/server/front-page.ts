import { escapeHtml } from "../../text/escape-html.ts";
import { answerSchema, rowSchema } from "../model/row-schema.ts";
import type { OpenApiOptions } from "./open-api.ts";
import { versionText } from "../pool/served-version.ts";

const STYLE = `:root{color-scheme:light dark;font:15px/1.5 system-ui,sans-serif}body{max-width:48rem;margin:2rem auto;padding:0 1rem}
pre{padding:.75rem;border:1px solid #8886;border-radius:6px;overflow:auto}code,pre{font:13px/1.5 ui-monospace,monospace}
th{text-align:left;padding-right:1.5rem;font-weight:500}`;

/** What the server answers, for people. It runs no script. */
export function frontPage({ title, version, predictions }: OpenApiOptions, address: string): string {
  const rows: readonly (readonly [string, string])[] =
    version === null
      ? []
      : [
          ["model", versionText(version)],
          ["aliases", version.aliases.join(", ")],
          ["hash", version.hash],
          ["run", version.run],
          ["code package", version.code.hash],
        ];
  const table = rows.map(([name, value]) => `<tr><th>${name}</th><td><code>${escapeHtml(value)}</code></td></tr>`);
  const methods = predictions.map((one) => {
    const schemas = `// a row\n${pretty(rowSchema(one))}\n// its answer\n${pretty(answerSchema(one))}`;
    const call = `curl ${address}/${one.name} -H 'content-type: application/json' -d @rows.json`;
    return `<h2><code>POST /${escapeHtml(one.name)}</code></h2><pre>${escapeHtml(call)}</pre><pre>${escapeHtml(schemas)}</pre>`;
  });
  const links = ["openapi.json", "model", "healthz", "readyz", "metrics", "v2"].map(
    (path) => `<a href="/${path}">/${path}</a>`,
  );
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escapeHtml(title)}</title><style>${STYLE}</style></head>
<body><h1>${escapeHtml(title)}</h1><table>${table.join("")}</table>${methods.join("")}<p>${links.join(" · ")}</p></body></html>`;
}

function pretty(schema: object): string {
  return JSON.stringify(schema, null, 2);
}
