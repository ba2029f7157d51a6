// Keeps the pages that are visited, and the Python that they have run, for when there is no network. The first run starts
// this service worker (session.js). It asks the network first: while there is one, nobody reads yesterday's page.
const KEPT = "book";
const PACKAGE = /-[^-/]+-[0-9a-f]{8}\.zip$/; // version and hash: the name tells the bytes

// The browser keeps what it has compiled of these, but not if a service worker hands them over.
const COMPILED = /\.wasm$/;
let isOnline = true; // by the last answer; the lists of files come just before

const find = (request) => caches.match(request, { ignoreSearch: true, ignoreVary: true });
const thing = (url) => new URL(url).pathname.replace(PACKAGE, "");

const MARKS = ["etag", "last-modified"]; // by which a server tells one state of a file from another
const mark = ({ headers }) => MARKS.map((name) => headers.get(name)).find(Boolean);

// What has come, kept in the place of older ones. To write again what is there would cost as much as to run a cell.
async function keep(url, response) {
  if (response.status !== 200) return;
  const cache = await caches.open(KEPT);
  const kept = await cache.match(url, { ignoreVary: true });
  if (kept && mark(kept) && mark(kept) === mark(response)) {
    response.body.cancel();
    return;
  }
  for (const old of await cache.keys()) if (thing(old.url) === thing(url) && old.url !== url) await cache.delete(old);
  await cache.put(url, response);
}

async function answer({ request, waitUntil }) {
  const kept = PACKAGE.test(request.url) && (await find(request));
  if (kept) return kept;
  try {
    const response = await fetch(request);
    isOnline = true;
    waitUntil(keep(request.url, response.clone()).catch(() => {})); // there may be no room
    return response;
  } catch (error) {
    isOnline = false;
    const older = await find(request);
    if (older) return older;
    throw error;
  }
}

const fetchAndKeep = async (url) => keep(url, await fetch(url));
const isOurs = (url) => url.startsWith(registration.scope);

addEventListener("install", () => skipWaiting());
addEventListener("activate", (event) => event.waitUntil(clients.claim()));
addEventListener("fetch", (event) => {
  const { request } = event;
  const waitUntil = event.waitUntil.bind(event);
  if (request.method !== "GET" || !isOurs(request.url)) return;
  if (isOnline && COMPILED.test(request.url)) waitUntil(fetchAndKeep(request.url).catch(() => {}));
  else event.respondWith(answer({ request, waitUntil }));
});
// The page names what it and its Python had fetched before.
addEventListener("message", (event) => {
  const missing = async (url) => (await find(url)) || fetchAndKeep(url);
  event.waitUntil(Promise.allSettled(event.data.filter(isOurs).map(missing)));
});
