/** An anonymous reader's bearer token: kept in this browser, renewed before it ends. */

const KEY = "askdocs.session";
const EARLY = 24 * 3600 * 1000; // milliseconds before its end that a token is renewed

export class Session {
  /** @param {URL | string} base of the server; this page's own by default */
  constructor(base = location.href) {
    this.#base = base;
  }

  #base;
  #token = stored();
  #asking = null;

  /** `fetch`, as this reader. */
  async fetch(input, init = {}) {
    const token = await this.#good();
    const response = await fetch(input, authorized(init, token));
    if (response.status !== 401) return response;
    await response.text(); // a body that nobody reads is an aborted request to the browser
    return fetch(input, authorized(init, await this.#renew(token)));
  }

  /** Every conversation of this reader. */
  async deleteAll() {
    const response = await this.fetch(new URL("/threads", this.#base), { method: "DELETE" });
    await response.text();
    if (!response.ok) throw new Error(`DELETE /threads answered ${response.status}.`);
  }

  async #good() {
    const left = this.#token ? Date.parse(this.#token.expires_at) - Date.now() : 0;
    return left > EARLY ? this.#token.token : this.#renew(this.#token?.token);
  }

  /** One request, however many wait for it. The old token tells the server who this is. */
  #renew(old) {
    if (this.#token && this.#token.token !== old) return this.#token.token;
    this.#asking ??= this.#ask(old).finally(() => { this.#asking = null; });
    return this.#asking;
  }

  async #ask(old) {
    const headers = old ? { Authorization: `Bearer ${old}` } : {};
    const response = await fetch(new URL("/session", this.#base), { method: "POST", headers });
    if (!response.ok) throw new Error(`POST /session answered ${response.status}.`);
    this.#token = await response.json();
    localStorage.setItem(KEY, JSON.stringify(this.#token));
    return this.#token.token;
  }
}

function authorized(init, token) {
  const headers = new Headers(init.headers);
  headers.set("Authorization", `Bearer ${token}`);
  return { ...init, headers };
}

function stored() {
  try {
    return JSON.parse(localStorage.getItem(KEY));
  } catch {
    return null; // not ours, or cut short: a new one is asked for
  }
}
