/**
 * Simple Markdown as Confluence's storage format: headings, lists of one level, paragraphs, bold, code and links to https.
 * Everything else is shown as it was written.
 */
export function toStorage(markdown) {
  const blocks = markdown.split(/\n{2,}/).flatMap((block) => splitHeading(block.trim()));
  return blocks
    .filter((block) => block !== "")
    .map(blockOf)
    .join("");
}

/** A heading may stand right above its text. */
function splitHeading(block) {
  const [first = "", ...rest] = block.split("\n");
  return /^#{1,6} /.test(first) ? [first, rest.join("\n")] : [block];
}

function blockOf(block) {
  const heading = /^(#{1,6}) (.*)$/.exec(block);
  if (heading) return `<h${heading[1].length}>${inline(heading[2])}</h${heading[1].length}>`;
  const lines = block.split("\n");
  if (lines.every((line) => /^[-*] /.test(line))) return list("ul", lines, /^[-*] /);
  if (lines.every((line) => /^\d+[.)] /.test(line))) return list("ol", lines, /^\d+[.)] /);
  return `<p>${lines.map(inline).join("<br/>")}</p>`;
}

function list(tag, lines, mark) {
  return `<${tag}>${lines.map((line) => `<li>${inline(line.replace(mark, ""))}</li>`).join("")}</${tag}>`;
}

function inline(text) {
  return escapeXml(text)
    .replace(/\*\*([^*]+)\*\*/g, "<strong>$1</strong>")
    .replace(/`([^`]+)`/g, "<code>$1</code>")
    .replace(/\[([^\]]+)\]\((https:\/\/[^\s)"]+)\)/g, '<a href="$2">$1</a>');
}

function escapeXml(text) {
  const names = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
  return text.replace(/[&<>"]/g, (sign) => names[sign]).replace(/[^\P{Cc}\t\n]/gu, "");
}
