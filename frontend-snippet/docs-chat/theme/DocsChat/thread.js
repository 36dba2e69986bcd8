/** Which conversation goes on after a reload. */

const KEY = 'askdocs.thread';

export function storedThread() {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null; // storage is closed to us
  }
}

export function rememberThread(id) {
  try {
    if (id) localStorage.setItem(KEY, id);
    else localStorage.removeItem(KEY);
  } catch {
    // the conversation lives as long as the page
  }
}
