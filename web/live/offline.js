// Keeps the pages that are visited, and the Python that they have run, for when there is no network. The first run starts
// this service worker (session.js). It asks the network first: while there is one, nobody reads yesterday's page.
const KEPT = "book";
const PACKAGE = /-[^-/]+-[0-9a-f]{8}\.zip$/; // version and hash: the name tells the bytes

const find = (request) => caches.match(request, { ignoreSearch: true, ignoreVary: true });
const thing = (url) => new URL(url).pathname.replace(PACKAGE, "");

// What has come, kept in the place of older ones.
async function keep(url, response) {
  if (response.status !== 200) return;
  const cache = await caches.open(KEPT);
  for (const old of await cache.keys()) if (thing(old.url) === thing(url) && old.url !== url) await cache.delete(old);
  await cache.put(url, response);
}

async function answer({ request, waitUntil }) {
  const kept = await find(request);
  if (kept && PACKAGE.test(request.url)) return kept;
  try {
    const response = await fetch(request);
    waitUntil(keep(request.url, response.clone()).catch(() => {})); // there may be no room
    return response;
  } catch (error) {
    if (kept) return kept;
    throw error;
  }
}

const isOurs = (url) => url.startsWith(registration.scope);

addEventListener("install", () => skipWaiting());
addEventListener("activate", (event) => event.waitUntil(clients.claim()));
addEventListener("fetch", (event) => {
  const { request } = event;
  const waitUntil = event.waitUntil.bind(event);
  if (request.method === "GET" && isOurs(request.url)) event.respondWith(answer({ request, waitUntil }));
});
// The page names what it and its Python had fetched before.
addEventListener("message", (event) => {
  const missing = async (url) => (await find(url)) || keep(url, await fetch(url));
  event.waitUntil(Promise.allSettled(event.data.filter(isOurs).map(missing)));
});
