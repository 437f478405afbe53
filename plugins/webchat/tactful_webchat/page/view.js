// What the visitor sees and does: which messages are shown, when, and what they answer.

const MOST_TEASERS = 3;
const FEW_LEFT = 200;

class View {
  // `does` has: seen(id, visible), say(reply), mute(on)
  constructor(parts, words, language, greeting, title, does) {
    this.parts = parts;
    this.words = words;
    this.does = does;
    this.clock = new Intl.DateTimeFormat(language, { hour: "numeric", minute: "2-digit" });
    this.day = new Intl.DateTimeFormat(language, { day: "numeric", month: "short" });
    this.shown = new Map(); // id → { item, row }, what stands in the list
    this.pending = new Map(); // id → { item, until }, what was not shown yet
    this.unread = new Set();
    this.muted = false;
    this.listen();
    if (greeting) this.add({ id: "greeting", mine: false, by: title, text: greeting, at: 0 });
    this.showMuted();
  }

  get isOpen() {
    return !this.parts.panel.hidden;
  }

  listen() {
    const { launcher, close, panel, form, text, mute } = this.parts;
    launcher.addEventListener("click", () => this.open());
    close.addEventListener("click", () => this.close());
    panel.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && !event.isComposing) {
        event.stopPropagation();
        this.close();
      }
    });
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.submit();
    });
    text.addEventListener("keydown", (event) => {
      event.stopPropagation(); // the page may have keys of its own
      if (event.key === "Escape" && !event.isComposing) this.close();
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      this.submit();
    });
    text.addEventListener("input", () => this.measure());
    mute.addEventListener("click", () => {
      this.setMuted(!this.muted);
      this.does.mute(this.muted);
    });
    this.look = () => this.pump();
    document.addEventListener("visibilitychange", this.look);
  }

  // ---- what comes -------------------------------------------------------------------------------

  take(items, muted) {
    for (const item of items) {
      const here = this.shown.get(item.id);
      if (item.mine || item.seen) {
        this.pending.delete(item.id);
        if (!here) this.add(item);
        else if (item.mine) this.sent(item.id);
      } else if (!here && !this.pending.has(item.id)) {
        this.pending.set(item.id, { item, until: Date.now() + (item.left ?? 0) });
        this.does.seen(item.id, false);
      }
    }
    this.setMuted(muted);
    this.pump();
  }

  // Show what waits, if anybody is looking; never what is over.
  pump() {
    for (const [id, { until }] of this.pending) {
      if (until <= Date.now() || this.muted) this.pending.delete(id);
    }
    if (document.visibilityState === "visible" && !this.parts.root.hidden) {
      const waiting = [...this.pending.values()].map(({ item }) => item).sort((a, b) => a.at - b.at);
      const free = MOST_TEASERS - this.parts.teasers.childElementCount;
      for (const item of this.isOpen ? waiting : waiting.slice(0, free)) this.reveal(item);
    }
    const soonest = Math.min(...[...this.pending.values()].map(({ until }) => until));
    clearTimeout(this.timer);
    if (soonest !== Infinity) {
      this.timer = setTimeout(() => this.pump(), Math.min(soonest - Date.now(), 2 ** 31 - 1));
    }
    this.tally();
  }

  reveal(item) {
    this.pending.delete(item.id);
    this.add(item);
    if (!this.isOpen) {
      this.unread.add(item.id);
      this.tease(item);
    }
    this.does.seen(item.id, true);
  }

  tease(item) {
    const text = make("span", { class: "teaser-text", dir: "auto", lang: item.lang });
    text.textContent = item.text;
    const by = make("span", { class: "by", dir: "auto" }, item.by || this.words.us);
    const open = button({ class: "teaser-open" }, by, text);
    const hide = button({ class: "plain", "aria-label": this.words.hide }, icon("close"));
    const teaser = make("div", { class: "teaser" }, open, hide);
    open.addEventListener("click", () => this.open());
    hide.addEventListener("click", () => {
      teaser.remove();
      this.parts.launcher.focus();
      this.pump();
    });
    this.parts.teasers.append(teaser);
    this.parts.heard.textContent = `${item.by || this.words.us}: ${item.text}`;
  }

  // ---- the list ---------------------------------------------------------------------------------

  add(item, status = "") {
    const text = make("p", { class: "text", dir: "auto", lang: item.lang ?? null });
    text.append(...nodesOf(item.text));
    const by = item.mine ? this.words.you : item.by || this.words.us;
    const row = make(
      "li",
      { class: item.mine ? "row mine" : "row" },
      make("span", { class: "by", dir: "auto" }, by),
      text,
    );
    if (item.at) {
      const at = new Date(item.at);
      const today = at.toDateString() === new Date().toDateString();
      const shown = `${today ? "" : `${this.day.format(at)}, `}${this.clock.format(at)}`;
      const when = make("time", { datetime: at.toISOString() }, shown);
      row.append(make("span", { class: "meta" }, when, make("span", { class: "status" }, status)));
    }
    const later = [...this.shown.values()].filter((one) => one.item.at > item.at);
    const next = later.reduce((a, b) => (a && a.item.at <= b.item.at ? a : b), null);
    const { list } = this.parts;
    const atEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 80;
    list.insertBefore(row, next?.row ?? null);
    this.shown.set(item.id, { item, row });
    if (atEnd || item.mine) this.scroll();
  }

  mark(id, status) {
    const here = this.shown.get(id);
    const place = here?.row.querySelector(".status");
    if (place) place.textContent = status;
  }

  // Only the last one that was sent says so: it speaks for those above.
  sent(id) {
    this.mark(this.lastSent, "");
    this.lastSent = id;
    this.mark(id, this.words.sent);
  }

  // Says how replies stand that are on their way, when the line is gone or back.
  markUnsent(ids, online) {
    for (const id of ids) this.mark(id, online ? this.words.sending : this.words.waits);
  }

  scroll() {
    this.parts.list.scrollTop = this.parts.list.scrollHeight;
  }

  get last() {
    const ours = [...this.shown.values()].map(({ item }) => item).filter((item) => !item.mine);
    const newest = ours.reduce((a, b) => (a && a.at > b.at ? a : b), null);
    return newest && newest.id !== "greeting" ? newest.id : "";
  }

  // ---- what the visitor does --------------------------------------------------------------------

  open() {
    const { panel, launcher, teasers, text, list, heard } = this.parts;
    teasers.replaceChildren();
    heard.textContent = "";
    panel.hidden = false;
    launcher.hidden = true;
    launcher.setAttribute("aria-expanded", "true");
    this.unread.clear();
    this.pump();
    this.scroll();
    // A keyboard that comes up by itself would cover the messages.
    (matchMedia("(pointer: coarse)").matches ? list : text).focus({ preventScroll: true });
  }

  close() {
    const { panel, launcher } = this.parts;
    panel.hidden = true;
    launcher.hidden = false;
    launcher.setAttribute("aria-expanded", "false");
    launcher.focus({ preventScroll: true });
  }

  submit() {
    const text = this.parts.text.value.trim();
    if (!text || this.parts.text.disabled) return;
    const reply = { id: newId(), text, last: this.last, at: Date.now() };
    this.parts.text.value = "";
    this.measure();
    this.add({ ...reply, mine: true }, this.words.sending);
    this.does.say(reply);
  }

  // Replies of this visitor that an earlier page could not send.
  unsent(replies, online) {
    for (const reply of replies) {
      if (!this.shown.has(reply.id)) this.add({ ...reply, mine: true });
    }
    this.markUnsent(
      replies.map(({ id }) => id),
      online,
    );
  }

  measure() {
    const { text, left, send } = this.parts;
    text.style.height = "auto";
    text.style.height = `${Math.min(text.scrollHeight, 140)}px`;
    const free = HOUSE.longest - text.value.length;
    left.hidden = free > FEW_LEFT;
    left.textContent = left.hidden ? "" : this.words.left.replace("{n}", String(free));
    send.classList.toggle("ready", text.value.trim() !== "");
  }

  // ---- how it stands ----------------------------------------------------------------------------

  setMuted(muted) {
    if (muted === this.muted) return;
    this.muted = muted;
    if (muted) this.pending.clear();
    this.showMuted();
    this.tally();
  }

  showMuted() {
    const { mute } = this.parts;
    const label = this.muted ? this.words.unmute : this.words.mute;
    mute.replaceChildren(icon(this.muted ? "bellOff" : "bell"), make("span", {}, label));
    mute.classList.toggle("on", this.muted);
    this.tellState();
  }

  setState(state) {
    this.state = state; // "open", "offline" or "over"
    this.parts.text.disabled = state === "over";
    this.parts.send.disabled = state === "over";
    this.tellState();
  }

  tellState() {
    const { notice } = this.parts;
    const { offline, over, muted } = this.words;
    const text = this.state === "over" ? over : this.state === "offline" ? offline : "";
    notice.textContent = text || (this.muted ? muted : "");
    notice.hidden = !notice.textContent;
  }

  tally() {
    const { count, launcher } = this.parts;
    const number = this.unread.size + this.pending.size;
    count.hidden = number === 0;
    count.textContent = number > 9 ? "9+" : String(number);
    const { open, one, many } = this.words;
    const news = number === 1 ? one : many.replace("{n}", String(number));
    launcher.setAttribute("aria-label", number ? `${open}: ${news}` : open);
  }

  end() {
    clearTimeout(this.timer);
    document.removeEventListener("visibilitychange", this.look);
  }
}
