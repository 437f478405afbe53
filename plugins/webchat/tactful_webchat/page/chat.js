// Puts the chat on the page, for the visitor of the script's `data-visitor`.

const RIGHT_TO_LEFT = new Set(["ar", "he"]);
const ELEMENT = "tactful-chat";

function primary(language) {
  return (language ?? "").toLowerCase().split("-")[0];
}

function chosenLanguage(asked) {
  const wanted = [asked, document.documentElement.lang, ...(navigator.languages ?? [])];
  const spoken = Object.keys(HOUSE.words);
  return wanted.map(primary).find((language) => spoken.includes(language)) ?? spoken[0];
}

function inLanguage(texts, language) {
  return texts[language] ?? texts[""] ?? Object.values(texts)[0] ?? "";
}

// The name under which this visitor's unsent replies are kept. The server, not we, checks a token.
function visitorOf(token) {
  try {
    const payload = token.split(".")[1].replace(/-/g, "+").replace(/_/g, "/");
    const bytes = Uint8Array.from(atob(payload), (c) => c.charCodeAt(0));
    return String(JSON.parse(new TextDecoder().decode(bytes)).sub);
  } catch {
    return null;
  }
}

class TactfulChat extends HTMLElement {
  start({ source, token, refresh, language }) {
    const spoken = chosenLanguage(language);
    const words = HOUSE.words[spoken];
    const title = inLanguage(HOUSE.title, spoken) || words.title;
    const greeting = inLanguage(HOUSE.greeting, spoken);
    const parts = look(words, title, spoken, RIGHT_TO_LEFT.has(spoken));
    parts.root.style.setProperty("--accent", HOUSE.colour);
    parts.root.style.setProperty("--on-accent", inkOn(HOUSE.colour));

    const shadow = this.attachShadow({ mode: "open" });
    const sheet = new CSSStyleSheet(); // a style element would need an exception in the page's CSP
    sheet.replaceSync(STYLE);
    shadow.adoptedStyleSheets = [sheet];
    shadow.append(parts.root);

    const store = new Store(visitorOf(token));
    this.view = new View(parts, words, spoken, greeting, title, {
      seen: (id, visible) => this.line.note(id, visible),
      say: (reply) => {
        this.line.say(reply);
        if (!this.line.open) this.view.markUnsent([reply.id], false);
      },
      mute: (on) => this.line.mute(on),
    });
    const url = new URL("socket", source);
    url.protocol = url.protocol === "http:" ? "ws:" : "wss:";
    this.line = new Line(url.href, token, refresh, store, this.told(store, parts));
  }

  told(store, parts) {
    const online = (state) => {
      this.view.setState(state);
      this.view.unsent(store.replies(), state === "open");
    };
    return {
      welcome: () => {
        parts.root.hidden = false; // nothing is there for whom the server does not know
        online("open");
      },
      items: (items, muted) => this.view.take(items, store.mute ?? muted),
      kept: (id) => this.view.sent(id),
      declined: (id) => this.view.mark(id, this.view.words.lost),
      offline: () => online("offline"),
      over: (code) => {
        console.warn(`The chat is closed (${code}): see "When nothing shows" in its documentation.`);
        this.view.setState("over");
      },
    };
  }

  disconnectedCallback() {
    this.line?.end();
    this.view?.end();
  }
}

function begin(script) {
  const { visitor, refresh, language } = script.dataset;
  if (!visitor) {
    console.warn("The chat needs the visitor's token in data-visitor.");
    return;
  }
  if (!customElements.get(ELEMENT)) customElements.define(ELEMENT, TactfulChat);
  for (const old of document.querySelectorAll(ELEMENT)) old.remove();
  const chat = document.createElement(ELEMENT);
  const start = () => {
    document.body.append(chat);
    chat.start({ source: script.src, token: visitor, refresh, language });
  };
  if (document.body) start();
  else document.addEventListener("DOMContentLoaded", start, { once: true });
}

begin(document.currentScript);
