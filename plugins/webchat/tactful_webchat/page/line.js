// The line to the server: a WebSocket that comes back, and all that must get through it.

const FIRST_WAIT = 500;
const LONGEST_WAIT = 30000;
const LASTING = 5000; // a line that lasts so long was no failure
const PING_EVERY = 25000;
const PONG_WITHIN = 10000;
const TOKEN_REFUSED = 4401;
const FINAL = new Set([4400, 4403]); // asking again would get the same answer

class Line {
  // `told` has: welcome(), items(items, muted), kept(id), declined(id, why), offline(), over(code)
  constructor(url, token, refresh, store, told) {
    this.url = url;
    this.token = token;
    this.refresh = refresh;
    this.store = store;
    this.told = told;
    this.rev = 0;
    this.failed = 0;
    this.open = false;
    this.closed = false;
    this.refreshed = false;
    this.got = new Map(); // id → seen, until the server says that it knows
    this.sent = new Map(); // what of it was told on this socket
    this.slow = new Map(); // id → when it may be sent again
    this.timers = new Set();
    this.comeBack = () => this.hurry();
    addEventListener("online", this.comeBack);
    document.addEventListener("visibilitychange", this.comeBack);
    this.connect();
  }

  connect() {
    if (this.closed || this.socket) return;
    let socket;
    try {
      socket = new WebSocket(this.url);
    } catch {
      this.told.over(FINAL.values().next().value);
      return;
    }
    this.socket = socket;
    socket.onopen = () => this.send({ t: "hello", token: this.token, after: this.rev });
    socket.onmessage = (event) => {
      if (socket === this.socket) this.take(JSON.parse(event.data));
    };
    socket.onclose = (event) => {
      if (socket === this.socket) this.lost(event.code);
    };
  }

  send(value) {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(value));
  }

  take(value) {
    this.heard = true;
    switch (value.t) {
      case "welcome":
        this.open = true;
        this.sent.clear();
        this.told.welcome();
        this.later(LASTING, () => {
          if (!this.open) return;
          this.failed = 0;
          this.refreshed = false;
        });
        this.flush();
        this.ping();
        break;
      case "items":
        this.rev = Math.max(this.rev, value.rev);
        for (const item of value.items) if (item.seen) this.got.delete(item.id);
        if (value.muted === this.store.mute) this.store.mute = null;
        this.told.items(value.items, value.muted);
        break;
      case "kept":
        this.store.dropReply(value.id);
        this.told.kept(value.id);
        break;
      case "declined":
        this.declined(value);
        break;
    }
  }

  declined({ id, why, after }) {
    if (why === "slow") {
      this.slow.set(id, Date.now() + after);
      this.later(after + 50, () => this.flush());
      return;
    }
    this.store.dropReply(id);
    this.told.declined(id, why);
  }

  // ---- what must get through --------------------------------------------------------------------

  flush() {
    if (!this.open) return;
    if (this.store.mute !== null) this.send({ t: "mute", on: this.store.mute });
    for (const reply of this.store.replies()) {
      if ((this.slow.get(reply.id) ?? 0) > Date.now()) continue;
      this.send({ t: "say", id: reply.id, text: reply.text, last: reply.last });
    }
    this.tell();
  }

  say(reply) {
    this.store.keepReply(reply);
    this.flush();
  }

  mute(on) {
    this.store.mute = on;
    this.flush();
  }

  // The page has a message, or has shown it; told together, and again until the server knows.
  note(id, seen) {
    if (this.got.get(id) === true) return;
    this.got.set(id, seen);
    if (this.telling) return;
    this.telling = true;
    queueMicrotask(() => {
      this.telling = false;
      this.tell();
    });
  }

  tell() {
    if (!this.open) return;
    for (const seen of [false, true]) {
      const ids = [...this.got.keys()].filter(
        (id) => this.got.get(id) === seen && this.sent.get(id) !== seen,
      );
      for (const id of ids) this.sent.set(id, seen);
      for (let i = 0; i < ids.length; i += 100) {
        this.send({ t: "got", ids: ids.slice(i, i + 100), seen });
      }
    }
  }

  // ---- coming back ------------------------------------------------------------------------------

  lost(code) {
    this.socket = null;
    const wasOpen = this.open;
    this.open = false;
    if (this.closed) return;
    if (FINAL.has(code)) {
      this.end();
      this.told.over(code);
      return;
    }
    if (code === TOKEN_REFUSED) {
      this.renew();
      return;
    }
    if (wasOpen) this.told.offline();
    // Full jitter: when a server comes back, its visitors do not all come at once.
    const longest = Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** this.failed++);
    this.again = this.later(100 + Math.random() * longest, () => this.connect());
  }

  async renew() {
    if (this.refresh && !this.refreshed) {
      this.refreshed = true; // once, until the new one was good for something
      try {
        const answer = await fetch(this.refresh, { credentials: "same-origin", cache: "no-store" });
        if (answer.ok) {
          this.token = (await answer.text()).trim();
          this.connect();
          return;
        }
      } catch {
        this.refreshed = false;
        this.told.offline();
        this.later(LONGEST_WAIT * Math.random() + 1000, () => this.renew());
        return;
      }
    }
    this.end();
    this.told.over(TOKEN_REFUSED);
  }

  // Somebody is looking, or the network is back: now, not after the wait.
  hurry() {
    if (this.closed || document.visibilityState !== "visible") return;
    if (this.socket) {
      this.ping();
    } else if (this.again) {
      this.cancel(this.again);
      this.again = null;
      this.connect();
    }
  }

  ping() {
    this.cancel(this.pinging);
    const socket = this.socket;
    this.heard = false;
    this.send({ t: "ping" });
    this.pinging = this.later(PONG_WITHIN, () => {
      if (socket !== this.socket) return;
      if (!this.heard && socket.readyState === WebSocket.OPEN) {
        socket.onclose = null;
        socket.close();
        this.lost(1006);
        return;
      }
      this.pinging = this.later(PING_EVERY, () => this.ping());
    });
  }

  later(wait, work) {
    const timer = setTimeout(() => {
      this.timers.delete(timer);
      work();
    }, wait);
    this.timers.add(timer);
    return timer;
  }

  cancel(timer) {
    clearTimeout(timer);
    this.timers.delete(timer);
  }

  end() {
    this.closed = true;
    removeEventListener("online", this.comeBack);
    document.removeEventListener("visibilitychange", this.comeBack);
    for (const timer of this.timers) clearTimeout(timer);
    this.socket?.close();
    this.socket = null;
  }
}
