// What the page keeps in the browser until the server has it: unsent replies, and a wish to mute.
// One entry a reply, so that several tabs do not overwrite each other's.

const KEPT_FOR = 24 * 60 * 60 * 1000;

class Store {
  constructor(visitor) {
    this.prefix = `tactful-chat:${visitor}:`;
    this.memory = new Map(); // where the browser keeps nothing for us, this page does
  }

  replies() {
    const found = [];
    for (const name of this.names()) {
      if (!name.startsWith(`${this.prefix}say:`)) continue;
      const reply = this.read(name);
      if (!reply || typeof reply.id !== "string" || !(Date.now() - reply.at < KEPT_FOR)) {
        this.remove(name);
      } else {
        found.push(reply);
      }
    }
    return found.sort((a, b) => a.at - b.at);
  }

  keepReply(reply) {
    this.write(`${this.prefix}say:${reply.id}`, reply);
  }

  dropReply(id) {
    this.remove(`${this.prefix}say:${id}`);
  }

  get mute() {
    const wish = this.read(`${this.prefix}mute`);
    return typeof wish === "boolean" ? wish : null;
  }

  set mute(on) {
    if (on === null) this.remove(`${this.prefix}mute`);
    else this.write(`${this.prefix}mute`, on);
  }

  names() {
    const found = new Set(this.memory.keys());
    try {
      for (let i = 0; i < localStorage.length; i++) found.add(localStorage.key(i));
    } catch {
      return [...found];
    }
    return [...found];
  }

  read(name) {
    try {
      const text = localStorage.getItem(name) ?? this.memory.get(name);
      return text === undefined ? null : JSON.parse(text);
    } catch {
      return null;
    }
  }

  write(name, value) {
    const text = JSON.stringify(value);
    this.memory.set(name, text);
    try {
      localStorage.setItem(name, text);
    } catch {
      return; // private windows and full ones: it lasts as long as the page
    }
  }

  remove(name) {
    this.memory.delete(name);
    try {
      localStorage.removeItem(name);
    } catch {
      return;
    }
  }
}

// A name that nobody else gives; `crypto.randomUUID` is not there on plain http pages.
function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
