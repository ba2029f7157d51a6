// Runs a Python file in Pyodide, by Node: pyodide.mjs RUNTIME FILE FOLDER [PACKAGE…]. The file finds FOLDER as /work.
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";

const [runtime, file, folder, ...packages] = process.argv.slice(2);
try {
  const { loadPyodide } = await import(pathToFileURL(resolve(runtime, "pyodide.mjs")));
  // What it compiles knows its lines and not its columns, which would be a fifth of its weight.
  const python = await loadPyodide({ indexURL: resolve(runtime), env: { PYTHONNODEBUGRANGES: "1" } });
  await python.loadPackage(packages, { messageCallback() {} });
  const lost = packages.filter((name) => !(name in python.loadedPackages));
  if (lost.length) throw new Error(`could not load ${lost.join(", ")}`);
  python.FS.mkdirTree("/work");
  python.FS.mount(python.FS.filesystems.NODEFS, { root: resolve(folder) }, "/work");
  python.runPython(readFileSync(file, "utf-8"), { filename: file });
} catch (error) {
  console.error(error.message); // Node itself would print a line of Pyodide, which is a megabyte long
  process.exitCode = 1;
}
