/** Requests as this reader: with the site's own token where it gives one, else with an anonymous one
 * that is kept and renewed. */

import ownToken from '@docs-chat/token';

const KEY = 'askdocs.session';
const EARLY = 24 * 3600 * 1000; // milliseconds before its end that a token is renewed

export class Session {
  constructor(server) {
    this.server = server;
    this.held = read();
    this.asking = null;
  }

  /** `fetch` with the reader's token; once more with a new one when that was refused. */
  async fetch(input, init) {
    const token = (await ownToken?.()) || (await this.token());
    const response = await fetch(input, authorized(init, token));
    if (response.status !== 401) return response;
    await response.text(); // a body that nobody reads is an aborted request to the browser
    return fetch(input, authorized(init, (await ownToken?.()) || (await this.renew())));
  }

  /** Every conversation of this reader. */
  async deleteAll() {
    const response = await this.fetch(`${this.server}/threads`, {method: 'DELETE'});
    await response.text();
    if (!response.ok) throw new Error(`${this.server}/threads answered ${response.status}.`);
  }

  token() {
    const left = this.held ? Date.parse(this.held.expires_at) - Date.now() : 0;
    return left > EARLY ? this.held.token : this.renew();
  }

  /** One request, however many wait for it. The old token tells the server who this is. */
  renew() {
    this.asking ??= this.ask().finally(() => {
      this.asking = null;
    });
    return this.asking;
  }

  async ask() {
    const init = authorized({method: 'POST'}, this.held?.token);
    const response = await fetch(`${this.server}/session`, init);
    if (!response.ok) throw new Error(`${this.server}/session answered ${response.status}.`);
    this.held = await response.json();
    write(this.held);
    return this.held.token;
  }
}

function authorized(init, token) {
  const headers = new Headers(init?.headers);
  if (token) headers.set('Authorization', `Bearer ${token}`);
  return {...init, headers};
}

function read() {
  try {
    return JSON.parse(localStorage.getItem(KEY));
  } catch {
    return null; // storage is closed to us, or holds something else: a new one is asked for
  }
}

function write(held) {
  try {
    localStorage.setItem(KEY, JSON.stringify(held));
  } catch {
    // storage is full or closed: the token lives as long as the page
  }
}
