// Turns a text into nodes: text as it is, and links where an https address stands. Never markup.

const ADDRESS = /https:\/\/[^\s<>"'`{}|\\^]+/gi;
const AT_THE_END = /[.,;:!?…'"»”’]+$/;
const TURNS_AROUND = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/;

function nodesOf(text) {
  const nodes = [];
  let last = 0;
  for (const match of text.matchAll(ADDRESS)) {
    const shown = withoutEnd(match[0]);
    const href = safe(shown);
    if (!href) continue;
    nodes.push(document.createTextNode(text.slice(last, match.index)));
    const link = document.createElement("a");
    link.href = href;
    link.target = "_blank";
    link.rel = "noopener noreferrer";
    link.textContent = shown;
    nodes.push(link);
    last = match.index + shown.length;
  }
  nodes.push(document.createTextNode(text.slice(last)));
  return nodes;
}

// A full stop ends the sentence, and a bracket that was not opened inside closes one around it.
function withoutEnd(address) {
  let shown = address.replace(AT_THE_END, "");
  for (const [open, close] of ["()", "[]"]) {
    while (shown.endsWith(close) && shown.split(close).length > shown.split(open).length) {
      shown = shown.slice(0, -1).replace(AT_THE_END, "");
    }
  }
  return shown;
}

// Only what leads where it seems to: no user before the host, nothing that reverses its order.
function safe(address) {
  if (TURNS_AROUND.test(address)) return null;
  try {
    const url = new URL(address);
    const plain = url.protocol === "https:" && !url.username && !url.password && url.hostname;
    return plain ? url.href : null;
  } catch {
    return null;
  }
}
