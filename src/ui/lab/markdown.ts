/** The few marks that texts of labs use, as HTML; anything else is plain text. */

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text that is safe inside HTML. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (letter) => escapes[letter]!);
}

/** One line: `code`, **strong**, *emphasis*, [links](…). */
export function inline(text: string): string {
  return text
    .split(/(`[^`]+`)/)
    .map((piece) =>
      /^`[^`]+`$/.test(piece)
        ? `<code>${escapeHtml(piece.slice(1, -1))}</code>`
        : marked(escapeHtml(piece)),
    )
    .join('');
}

function marked(html: string): string {
  return html
    .replace(/\*\*([^*]+)\*\*/g, '<strong>$1</strong>')
    .replace(/\*([^*\s][^*]*)\*/g, '<em>$1</em>')
    .replace(/\[([^\]]+)\]\(([/#][^)\s]*|https:[^)\s]+)\)/g, '<a href="$2">$1</a>');
}

/** Paragraphs, lists (`- `, `1. `) and fenced code. */
export function blocks(text: string): string {
  const pieces = text.trim().split(/^```[^\n]*\n([\s\S]*?)^```\s*$/m);
  return pieces
    .map((piece, index) =>
      index % 2 === 1
        ? `<pre tabindex="0"><code>${escapeHtml(piece.trimEnd())}</code></pre>`
        : prose(piece),
    )
    .join('');
}

function prose(text: string): string {
  return text
    .split(/\n\s*\n/)
    .map((block) => block.trim())
    .filter((block) => block !== '')
    .map((block) => list(block) ?? paragraph(block))
    .join('');
}

/** Lines run together, but one that is a command and nothing else stands by itself. */
function paragraph(block: string): string {
  return block
    .split(/^(`[^`\n]+`)$/m)
    .map((piece) => piece.trim())
    .filter((piece) => piece !== '')
    .map((piece) =>
      /^`[^`\n]+`$/.test(piece)
        ? `<pre><code>${escapeHtml(piece.slice(1, -1))}</code></pre>`
        : `<p>${inline(piece.replace(/\s*\n\s*/g, ' '))}</p>`,
    )
    .join('');
}

function list(block: string): string | undefined {
  const kind = /^- /.test(block) ? 'ul' : /^\d+\. /.test(block) ? 'ol' : undefined;
  if (!kind) return undefined;
  const items = block.split(/^(?:- |\d+\. )/m).filter((item) => item.trim() !== '');
  const lines = items.map((item) => `<li>${inline(item.trim().replace(/\s*\n\s*/g, ' '))}</li>`);
  return `<${kind}>${lines.join('')}</${kind}>`;
}
