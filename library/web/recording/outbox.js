// Chunks on their way to the library. Each is kept in this browser's IndexedDB until the library has it, so neither a lost
// network nor a closed tab loses it. They are sent one after the other, in order; what got no answer is sent again.
const DATABASE = "showhow-recordings";
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 5000;
const TIMEOUT_MS = 30000;

function done(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

// Where chunks are kept. Private windows of some browsers have no IndexedDB: they are kept in memory then.
export class Store {
  static async open() {
    const store = new Store();
    store.memory = new Map();
    try {
      const opening = indexedDB.open(DATABASE, 1);
      opening.onupgradeneeded = () => {
        opening.result.createObjectStore("takes", { keyPath: "key" });
        opening.result.createObjectStore("chunks", { keyPath: ["key", "number"] });
      };
      store.database = await done(opening);
    } catch {
      store.database = null;
    }
    return store;
  }

  #table(name, mode) {
    return this.database.transaction(name, mode).objectStore(name);
  }

  async takes() {
    return this.database ? done(this.#table("takes", "readonly").getAll()) : [];
  }

  async putTake(take) {
    if (this.database) await done(this.#table("takes", "readwrite").put(take));
  }

  async forget(key) {
    for (const name of [...this.memory.keys()].filter((name) => name.startsWith(`${key} `))) this.memory.delete(name);
    if (!this.database) return;
    await done(this.#table("takes", "readwrite").delete(key));
    await done(this.#table("chunks", "readwrite").delete(IDBKeyRange.bound([key], [key, []])));
  }

  async put(chunk) {
    this.memory.set(`${chunk.key} ${chunk.number}`, chunk); // a full disk must not lose it while the page is open
    try {
      if (this.database) await done(this.#table("chunks", "readwrite").put(chunk));
      if (this.database) this.memory.delete(`${chunk.key} ${chunk.number}`);
    } catch {
      // it stays in memory
    }
  }

  async get(key, number) {
    const there = this.memory.get(`${key} ${number}`);
    if (there || !this.database) return there;
    return done(this.#table("chunks", "readonly").get([key, number]));
  }

  async drop(key, number) {
    this.memory.delete(`${key} ${number}`);
    if (this.database) await done(this.#table("chunks", "readwrite").delete([key, number]));
  }

  async numbers(key) {
    const kept = [...this.memory.values()].filter((chunk) => chunk.key === key).map((chunk) => chunk.number);
    if (!this.database) return kept;
    const keys = await done(this.#table("chunks", "readonly").getAllKeys(IDBKeyRange.bound([key], [key, []])));
    return [...kept, ...keys.map((one) => one[1])];
  }
}

export class Refused extends Error {
  constructor(status, answer) {
    super(answer.line || `The library answers ${status}.`);
    this.status = status;
    this.over = Boolean(answer.over);
    this.expected = answer.expected;
  }

  // Whether it may be taken when it is sent again.
  get passing() {
    return !this.over && ([401, 408, 409, 421, 425, 429].includes(this.status) || this.status >= 500);
  }
}

// One request. Throws Refused with the library's line, or a TypeError or AbortError when there is no answer.
export async function post(path, { key = "", body = null, keepalive = false } = {}) {
  const headers = { Accept: "application/json", "Showhow-Recording": key };
  if (body !== null && !(body instanceof Blob)) body = JSON.stringify(body);
  if (typeof body === "string") headers["Content-Type"] = "application/json";
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  const answer = await fetch(`/record/${path}`, { method: "POST", headers, body, keepalive, signal, cache: "no-store" });
  if (answer.ok) return answer.json();
  const text = await answer.text();
  let said = {};
  try {
    said = JSON.parse(text);
  } catch {
    if (answer.status === 401) said = { line: "The library asks for its token: open its link again in another tab." };
  }
  throw new Refused(answer.status, said);
}

// Asks until there is an answer. `told` hears of each failure in one line, and of success with an empty one.
export async function insist(path, request, told, given = () => false) {
  for (let waited = FIRST_WAIT_MS; ; waited = Math.min(LONGEST_WAIT_MS, waited * 1.6)) {
    try {
      const answer = await post(path, request);
      told("");
      return answer;
    } catch (error) {
      if (error instanceof Refused && !error.passing) throw error;
      if (error instanceof Refused && error.expected !== undefined && error.expected !== null) throw error;
      told(error instanceof Refused ? error.message : "The library does not answer; what is recorded is kept in this browser and sent when it does.");
      if (given()) throw error;
    }
    await new Promise((resolve) => {
      const timer = setTimeout(resolve, waited);
      addEventListener("online", () => { clearTimeout(timer); resolve(); }, { once: true });
    });
  }
}

export class Outbox {
  // `told(line)`: why nothing can be sent, or "". `over(line)`: the library takes no more of this recording.
  constructor(store, key, { told, over }) {
    Object.assign(this, { store, key, told, over, made: 0, expected: 0, ended: false, flowing: null, kept: Promise.resolve() });
  }

  // Takes what an earlier page left.
  async resume() {
    const numbers = await this.store.numbers(this.key);
    const answer = await insist("alive", { key: this.key }, this.told);
    this.expected = answer.expected;
    for (const number of numbers.filter((number) => number < this.expected)) await this.store.drop(this.key, number);
    this.made = this.expected;
    while (numbers.includes(this.made)) this.made += 1;
  }

  add(blob, at, marks) {
    const chunk = { key: this.key, number: this.made++, blob, at, marks };
    this.kept = this.kept.then(() => this.store.put(chunk)).then(() => { this.flow(); });
  }

  get waiting() {
    return this.made - this.expected;
  }

  // Sends what there is; the promise is fulfilled when all of it has arrived, or nothing more is taken.
  flow() {
    this.flowing ??= this.#send().finally(() => { this.flowing = null; });
    return this.flowing;
  }

  async drained() {
    await this.kept;
    while (!this.ended && this.waiting) await this.flow();
  }

  async #send() {
    while (!this.ended && this.waiting) {
      const chunk = await this.store.get(this.key, this.expected);
      if (!chunk) return; // it is just being put away
      const query = new URLSearchParams({ number: chunk.number, at: chunk.at, marks: JSON.stringify(chunk.marks) });
      try {
        const answer = await insist(`chunk?${query}`, { key: this.key, body: chunk.blob }, this.told, () => this.ended);
        await this.store.drop(this.key, chunk.number);
        this.expected = Math.max(this.expected, answer.expected);
      } catch (error) {
        if (this.ended) return;
        if (error instanceof Refused && Number.isInteger(error.expected) && error.expected < this.made) {
          if (await this.store.get(this.key, error.expected)) {
            this.expected = error.expected;
            continue;
          }
        }
        this.ended = true;
        this.over(error.message);
        return;
      }
    }
  }
}
