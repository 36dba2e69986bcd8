/**
 * Incremental decoder of server-sent events (WHATWG HTML, 9.2): text in any pieces → `data` fields.
 * Comments, and fields that ChatKit does not use, are passed over.
 */
export class SSEDecoder {
  #rest = "";
  #data = [];

  /** @returns {string[]} the data of every event that `text` completed */
  decode(text) {
    const lines = (this.#rest + text).split(/\r\n|\n|\r(?!$)/);
    this.#rest = lines.pop();
    const whole = [];
    for (const line of lines) {
      if (line.startsWith("data:")) this.#data.push(line.slice(5).replace(/^ /, ""));
      else if (line === "" && this.#data.length) whole.push(this.#data.splice(0).join("\n"));
    }
    return whole;
  }
}
