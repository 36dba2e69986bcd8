/** ChatKit's protocol: one URL, a JSON request, an answer in JSON or a stream of events. */

import { SSEDecoder } from "./sse.js";

const UNREACHABLE = "The server cannot be reached. Check the connection and try again.";

/** A request that failed. `status` is 0 when there was no answer at all; `retryable` says whether
 * the same request may work later. */
export class RequestError extends Error {
  constructor(message, status) {
    super(message);
    this.name = "RequestError";
    this.status = status;
    this.retryable = status === 0 || status === 429 || status >= 500;
  }
}

export class Client {
  /** @param {{url: string, fetch?: typeof fetch}} api @param {string} locale */
  constructor(api, locale) {
    this.#url = new URL(api.url, document.baseURI).href;
    this.#fetch = api.fetch ?? ((input, init) => fetch(input, init));
    this.#locale = locale;
  }

  #url;
  #fetch;
  #locale;

  /** @param {object} metadata what the protocol has no field for */
  async call(type, params, metadata) {
    const response = await this.#post({ type, params, metadata }, "application/json");
    return response.json();
  }

  /** Events, in the groups that arrived together. Throws `RequestError`, or the signal's own
   * `AbortError`. */
  async *stream(type, params, signal) {
    const response = await this.#post({ type, params }, "text/event-stream", signal);
    const said = response.headers.get("content-type") ?? "";
    if (!said.startsWith("text/event-stream")) {
      throw new RequestError(`The server answered with ${said || "no type"}, not a stream.`, 502);
    }
    const reader = response.body.getReader();
    const text = new TextDecoder();
    const decoder = new SSEDecoder();
    try {
      for (;;) {
        const { done, value } = await unbroken(reader.read());
        if (done) return;
        const events = decoder.decode(text.decode(value, { stream: true })).map(JSON.parse);
        if (events.length) yield events;
      }
    } finally {
      reader.cancel().catch(() => {}); // it is over either way
    }
  }

  async #post(request, accept, signal) {
    const headers = {
      "Content-Type": "application/json",
      Accept: accept,
      "Accept-Language": this.#locale,
    };
    const body = JSON.stringify(request);
    const response = await unbroken(
      this.#fetch(this.#url, { method: "POST", headers, body, signal }),
    );
    if (response.ok) return response;
    throw new RequestError(await explained(response), response.status);
  }
}

async function unbroken(promise) {
  try {
    return await promise;
  } catch (error) {
    if (error.name === "AbortError" || error instanceof RequestError) throw error;
    throw new RequestError(UNREACHABLE, 0);
  }
}

async function explained(response) {
  const body = await response.json().catch(() => ({}));
  if (typeof body.message === "string" && body.message) return body.message;
  return `The server answered ${response.status}. Please try again.`;
}
