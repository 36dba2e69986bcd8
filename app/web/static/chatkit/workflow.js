/** What was done before an answer: searches with their queries and what they found. */

import { h, icon } from "./dom.js";
import { sourceLine } from "./sources.js";

export class Workflow {
  constructor(item, env) {
    this.#env = env;
    this.#label = h("span", { className: "workflow-label" });
    this.#tasks = h("ul", { className: "tasks", role: "list" });
    this.node = h(
      "details",
      { className: "workflow" },
      h("summary", {}, icon("search"), this.#label, icon("chevron")),
      this.#tasks,
    );
  }

  #env;
  #label;
  #tasks;

  update(item) {
    const workflow = item.workflow ?? { tasks: [item.task] };
    const tasks = workflow.tasks.filter(Boolean);
    const busy = item.open && tasks.some((task) => task.status_indicator === "loading");
    this.node.classList.toggle("busy", busy);
    this.#label.textContent = summary(workflow, tasks, busy, this.#env.t);
    this.#tasks.replaceChildren(...tasks.map((task) => h("li", {}, ...this.#task(task))));
  }

  #task(task) {
    const queries = task.queries ?? (task.title_query ? [task.title_query] : []);
    const sources = task.sources ?? [];
    return [
      queries.length
        ? h("p", { className: "query" }, icon("search"), queries.join(" · "))
        : h("p", { className: "query" }, task.title ?? ""),
      task.content ? h("p", { className: "thought" }, task.content) : null,
      sources.length
        ? h("ul", { className: "found", role: "list" }, ...sources.map((s) => h("li", {}, sourceLine(s, this.#env.openEntity))))
        : null,
    ];
  }
}

function summary(workflow, tasks, busy, t) {
  if (workflow.summary?.title) return workflow.summary.title;
  const query = tasks.at(-1)?.title_query;
  if (busy) return `${t(tasks.at(-1).title ?? "Working")}${query ? `: ${query}` : ""}`;
  const found = new Set(tasks.flatMap((task) => task.sources ?? []).map((s) => s.url ?? s.title));
  if (tasks.some((task) => task.type === "web_search")) {
    const read = found.size === 1 ? "1 section" : "{n} sections";
    return t(`Searched the docs · ${read} read`, { n: found.size });
  }
  return t(tasks.at(-1)?.title ?? "Done");
}
