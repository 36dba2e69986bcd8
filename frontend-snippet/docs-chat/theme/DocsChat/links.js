/** Sources on this site become entities, which the chat hands to us when they are clicked: a plain
 * address would open in another tab, and the chat would be gone. */

/** The path on this site that `address` leads to; null for any other address. */
export function onSite(address, site) {
  if (!URL.canParse(address)) return null;
  const url = new URL(address);
  const here = url.origin === site.origin || url.origin === window.location.origin;
  return here && url.pathname.startsWith(site.baseUrl) ? url.pathname + url.search + url.hash : null;
}

/** The server's answer with this site's sources as entities; streams stay streams. */
export function withEntities(response, site) {
  const type = response.headers.get('content-type') ?? '';
  if (!response.ok || !response.body) return response;
  const changed = (text) => JSON.stringify(JSON.parse(text, (_, value) => entity(value, site)));
  const rewriting = type.startsWith('text/event-stream') ? lines(changed) : whole(changed);
  const body = response.body.pipeThrough(new TextDecoderStream()).pipeThrough(rewriting);
  const {status, statusText, headers} = response;
  return new Response(body.pipeThrough(new TextEncoderStream()), {status, statusText, headers});
}

function entity(value, site) {
  if (value?.type !== 'url' || typeof value.url !== 'string') return value;
  const path = onSite(value.url, site);
  if (!path) return value;
  const {title, url} = value;
  return {type: 'entity', id: path, title, interactive: true, data: {path, url}};
}

/** Lines of an event stream. Most hold no source, and pass as they are. */
function lines(changed) {
  let rest = '';
  const line = (text) =>
    text.startsWith('data:') && text.includes('"url"') ? `data: ${changed(text.slice(5))}` : text;
  return new TransformStream({
    transform(text, controller) {
      const whole = (rest + text).split('\n');
      rest = whole.pop();
      if (whole.length) controller.enqueue(whole.map((part) => `${line(part)}\n`).join(''));
    },
    flush: (controller) => controller.enqueue(line(rest)),
  });
}

function whole(changed) {
  let text = '';
  return new TransformStream({
    transform(part) {
      text += part;
    },
    flush: (controller) => controller.enqueue(text && changed(text)),
  });
}
