/** An anonymous reader's bearer token: kept in this browser, renewed before it ends. */

const KEY = 'askdocs.session';
const EARLY = 24 * 3600 * 1000; // milliseconds before its end that a token is renewed

export class Session {
  constructor(server) {
    this.server = server;
    this.held = stored();
    this.asking = null;
  }

  /** `fetch`, as this reader. */
  async fetch(input, init) {
    const left = this.held ? Date.parse(this.held.expires_at) - Date.now() : 0;
    const token = left > EARLY ? this.held.token : await this.renew();
    const response = await fetch(input, authorized(init, token));
    if (response.status !== 401) return response;
    return fetch(input, authorized(init, await this.renew()));
  }

  /** One request, however many wait for it. The old token tells the server who this is. */
  renew() {
    this.asking ??= this.ask().finally(() => {
      this.asking = null;
    });
    return this.asking;
  }

  async ask() {
    const init = this.held ? authorized({}, this.held.token) : {};
    const response = await fetch(`${this.server}/session`, {...init, method: 'POST'});
    if (!response.ok) throw new Error(`${this.server}/session answered ${response.status}.`);
    this.held = await response.json();
    localStorage.setItem(KEY, JSON.stringify(this.held));
    return this.held.token;
  }
}

function authorized(init, token) {
  const headers = new Headers(init?.headers);
  headers.set('Authorization', `Bearer ${token}`);
  return {...init, headers};
}

function stored() {
  try {
    return JSON.parse(localStorage.getItem(KEY));
  } catch {
    return null; // not ours, or cut short: a new one is asked for
  }
}
