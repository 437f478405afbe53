// The parts of the chat as elements, without any behaviour. Only `textContent` ever gets a text.

const SVG = "http://www.w3.org/2000/svg";
const ICONS = {
  chat: "M4 4h16a2 2 0 0 1 2 2v10a2 2 0 0 1-2 2H9l-5 4v-4a2 2 0 0 1-2-2V6a2 2 0 0 1 2-2z",
  close: "M6 6l12 12M18 6L6 18",
  bell: "M12 3a6 6 0 0 1 6 6v4l2 4H4l2-4V9a6 6 0 0 1 6-6zM10 20a2 2 0 0 0 4 0",
  bellOff: "M12 3a6 6 0 0 1 6 6v4l2 4H4l2-4V9a6 6 0 0 1 6-6zM10 20a2 2 0 0 0 4 0M3 3l18 18",
  send: "M4 12h15M13 6l6 6-6 6",
};

function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  svg.setAttribute("focusable", "false");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", ICONS[name]);
  svg.append(path);
  return svg;
}

function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== null) element.setAttribute(name, value);
  }
  element.append(...children);
  return element;
}

function button(attributes, ...children) {
  return make("button", { type: "button", ...attributes }, ...children);
}

// Returns every part that behaviour needs, by name; `root` holds all of them.
function look(words, title, language, rtl) {
  const parts = {};
  parts.count = make("span", { class: "count", hidden: true, "aria-hidden": "true" });
  parts.launcher = button(
    { class: "launcher", "aria-expanded": "false", "aria-label": words.open, "aria-controls": "panel" },
    icon("chat"),
    parts.count,
  );
  parts.teasers = make("div", { class: "teasers" });
  parts.heard = make("div", { class: "unseen", role: "status", "aria-live": "polite" });

  parts.mute = button({ class: "mute" });
  parts.close = button({ class: "plain", "aria-label": words.close, title: words.close }, icon("close"));
  parts.notice = make("p", { class: "notice", role: "status", hidden: true });
  parts.list = make("ol", { class: "list", role: "log", "aria-label": title, tabindex: "0" });
  parts.text = make("textarea", {
    rows: "1",
    "aria-label": words.write,
    placeholder: words.write,
    maxlength: String(HOUSE.longest),
    dir: "auto",
    enterkeyhint: "send",
  });
  parts.left = make("span", { class: "remaining", role: "status", hidden: true });
  parts.send = make(
    "button",
    { class: "send", type: "submit", "aria-label": words.send, title: words.send },
    icon("send"),
  );
  parts.form = make("form", { class: "form" }, parts.text, parts.send, parts.left);
  parts.panel = make(
    "section",
    { class: "panel", id: "panel", role: "dialog", "aria-labelledby": "title", hidden: true },
    make(
      "header",
      { class: "head" },
      make("h2", { id: "title", dir: "auto" }, title),
      parts.mute,
      parts.close,
    ),
    parts.notice,
    parts.list,
    parts.form,
  );
  parts.root = make(
    "div",
    { class: `root ${HOUSE.position}`, lang: language, dir: rtl ? "rtl" : "ltr", hidden: true },
    parts.panel,
    parts.teasers,
    parts.launcher,
    parts.heard,
  );
  return parts;
}

// The colour of a text on the company's colour: the one with more contrast (WCAG 2.2, 1.4.3).
function inkOn(colour) {
  const part = (at) => {
    const value = parseInt(colour.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  const light = 0.2126 * part(1) + 0.7152 * part(3) + 0.0722 * part(5);
  return 1.05 / (light + 0.05) >= (light + 0.05) / 0.05 ? "#ffffff" : "#000000";
}
