/** `<openai-chatkit>`: the public interface of OpenAI's element, and nothing from anywhere else. */

import { Client } from "./client.js";
import { Composer } from "./composer.js";
import { Conversation } from "./conversation.js";
import { h } from "./dom.js";
import { Header } from "./header.js";
import { History } from "./history.js";
import { Messages } from "./messages.js";
import { checked } from "./options.js";
import { StartScreen } from "./start.js";
import { spoken, translator } from "./texts.js";
import { applyTheme } from "./theme.js";

const STYLE = new URL("./chatkit.css", import.meta.url).href;

export class ChatKitElement extends HTMLElement {
  constructor() {
    super();
    const style = h("link", { rel: "stylesheet", href: STYLE });
    this.#styled = new Promise((resolve) => {
      style.addEventListener("load", resolve);
      style.addEventListener("error", resolve);
    });
    this.attachShadow({ mode: "open" }).append(style);
  }

  /** Everything, in the language of `locale`; again when that changes. */
  #build(locale) {
    const t = translator(locale);
    this.#header = new Header({ history: () => this.showHistory(), fresh: () => this.#fresh() }, t);
    this.#start = new StartScreen((content) => this.#send({ content }), t);
    const messages = {
      again: () => this.#conversation.retry(),
      openEntity: (source) => this.#options.entities?.onClick?.(entity(source)),
      linked: (url) => this.linkHosts.includes(url.host),
      deeplink: (link) => this.#emit("deeplink", link),
      actions: () => this.#actions(),
    };
    this.#messages = new Messages(messages, t);
    const composer = {
      send: (message) => this.#send(message),
      stop: () => this.#conversation.stop(),
      search: (query) => this.#options.entities?.onTagSearch?.(query) ?? [],
      tool: (toolId) => this.#emit("tool.change", { toolId }),
    };
    this.#composer = new Composer(composer, t);
    const history = {
      list: (params) => this.#conversation.client.call("threads.list", params),
      open: (id) => this.setThreadId(id).catch(() => {}), // shown by the conversation
      rename: (id, title) => this.#rename(id, title),
      remove: (id) => this.#remove(id),
      removeAll: () => this.deleteAll && (() => this.#removeAll()),
      closed: () => this.#emit("history.close"),
      failed: (error) => this.#emit("error", { error }),
    };
    this.#history = new History(history, t);
    this.#assemble();
  }

  /** Hosts, besides those of a thread's sources, that links in an answer may lead to. Not part of
   * OpenAI's interface. */
  linkHosts = [];

  /** Deletes every conversation of the reader; the list of conversations offers it where it is set.
   * @type {?() => Promise<void>} Not part of OpenAI's interface. */
  deleteAll = null;

  #options = null;
  #conversation = null;
  #header;
  #start;
  #messages;
  #composer;
  #history;
  #styled;
  #locale = null; // of what was built
  #chat = null;
  #frame = null; // that the newest state waits for
  #streaming = false; // as it was shown last

  connectedCallback() {
    if (this.#options) this.#styled.then(() => this.#emit("ready"));
  }

  disconnectedCallback() {
    this.#conversation?.stop();
  }

  /** The whole set of options, each time. Throws a `TypeError` for one that is wrong. */
  setOptions(options) {
    const first = this.#options === null;
    this.#options = checked(options);
    if (this.#locale !== this.#options.locale) this.#build(this.#options.locale);
    this.#locale = this.#options.locale;
    this.#configure();
    const client = new Client(this.#options.api, this.#options.locale);
    if (!first) {
      this.#conversation.client = client;
      return;
    }
    this.#conversation = new Conversation(client, {
      changed: (state) => this.#shown(state),
      emit: (name, detail) => this.#emit(name, detail),
      tool: (call) => this.#options.onClientTool?.(call),
    });
    this.#show(this.#conversation.state);
    if (this.isConnected) this.#styled.then(() => this.#emit("ready"));
    if (this.#options.initialThread) this.setThreadId(this.#options.initialThread).catch(() => {});
  }

  async focusComposer() {
    this.#ready();
    await this.#styled;
    this.#composer.focus();
  }

  async setThreadId(id) {
    await this.#ready().open(id);
    this.#show(this.#conversation.state);
  }

  async sendUserMessage({ text, content, reply, attachments, newThread, toolChoice, model }) {
    if (attachments?.length) throw new Error("Attachments are not offered by this element.");
    if (newThread) await this.setThreadId(null);
    const parts = content ?? [{ type: "input_text", text: text ?? "" }];
    const inference = { ...(toolChoice && { tool_choice: toolChoice }), ...(model && { model }) };
    await this.#ready().send({ content: parts, quoted: reply, inference });
  }

  async setComposerValue({ attachments, files, ...value }) {
    if (attachments?.length || files?.length) {
      throw new Error("Attachments are not offered by this element.");
    }
    this.#ready();
    this.#composer.set(value);
  }

  async fetchUpdates() {
    await this.#ready().refresh();
  }

  async sendCustomAction(action, itemId) {
    await this.#ready().act(action, itemId);
  }

  async showHistory() {
    this.#emit("history.open");
    await this.#history.open(this.#ready().threadId);
  }

  async hideHistory() {
    this.#history.close();
  }

  #assemble() {
    const chat = h("div", { className: "chat", hidden: true });
    chat.append(this.#header.node, this.#start.node, this.#messages.node, this.#composer.node, this.#history.node);
    chat.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && !event.defaultPrevented && !event.target.closest("dialog")) {
        if (this.#conversation?.state.streaming) event.preventDefault(); // it is not for the page
        this.#conversation?.stop();
      }
    });
    chat.addEventListener("click", (event) => event.target === chat && this.#history.close());
    this.#chat?.remove();
    this.#chat = chat;
    this.shadowRoot.append(chat);
    this.#styled.then(() => { chat.hidden = false; }); // never seen without its style
  }

  #configure() {
    const { header, history, startScreen, composer, disclaimer, theme, thread, frameTitle, locale, entities } =
      this.#options;
    applyTheme(this, theme);
    this.role = "region";
    this.ariaLabel = frameTitle;
    Object.assign(this, spoken(locale));
    this.#header.configure({ header, history });
    this.#history.configure(history);
    this.#messages.follows = thread?.autoScroll ?? false;
    this.#start.configure(startScreen);
    this.#composer.configure({ ...composer, disclaimer, entities });
    if (this.#conversation) this.#show(this.#conversation.state);
  }

  /** While an answer is streamed: once a frame, however many tokens came. That it begins, and that
   * it ends, is never passed over. */
  #shown(state) {
    if (state.streaming !== this.#streaming || !state.streaming || document.hidden) {
      this.#show(state);
    } else if (this.#frame === null) {
      this.#frame = requestAnimationFrame(() => this.#show(this.#conversation.state));
    }
  }

  #show(state) {
    if (this.#frame !== null) cancelAnimationFrame(this.#frame);
    this.#frame = null;
    this.#streaming = state.streaming;
    this.#header.update(state);
    this.#start.update(state);
    this.#messages.update(state);
    this.#composer.update(state);
  }

  #actions() {
    const { feedback, retry } = this.#options.threadItemActions;
    return {
      feedback: feedback && ((...said) => this.#conversation.feedback(...said)),
      retry: retry && ((id) => this.#conversation.retry(id)),
    };
  }

  #send(message) {
    this.#ready().send(message);
    this.#refocus();
  }

  async #fresh() {
    await this.setThreadId(null);
    this.#refocus();
  }

  /** Not where it would bring up a keyboard over half of the screen. */
  #refocus() {
    if (!matchMedia("(pointer: coarse)").matches) this.#composer.focus();
  }

  async #rename(id, title) {
    await this.#conversation.client.call("threads.update", { thread_id: id, title });
    this.#conversation.renamed(id, title);
  }

  async #remove(id) {
    await this.#conversation.client.call("threads.delete", { thread_id: id });
    if (id === this.#conversation.threadId) await this.setThreadId(null);
  }

  async #removeAll() {
    await this.deleteAll();
    await this.setThreadId(null);
  }

  #ready() {
    if (!this.#conversation) throw new Error("Call setOptions first.");
    return this.#conversation;
  }

  #emit(name, detail) {
    this.dispatchEvent(new CustomEvent(`chatkit.${name}`, { detail, bubbles: true, composed: true }));
  }
}

function entity({ id, title, icon, group, interactive, data }) {
  return { id, title, icon, group, interactive, data };
}

if (!customElements.get("openai-chatkit")) customElements.define("openai-chatkit", ChatKitElement);
