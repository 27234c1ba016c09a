// Compiles Python's standard library in a folder of Pyodide, with that Pyodide: node compile_stdlib.mjs FOLDER
//
// It comes as source, and each reader's browser would compile it anew at every start: 4 of the 15 seconds
// until the first slider on a slow machine.
import path from "node:path";
import { pathToFileURL } from "node:url";

const folder = path.resolve(process.argv[2]);
const { loadPyodide } = await import(pathToFileURL(path.join(folder, "pyodide.mjs")));
const pyodide = await loadPyodide({ indexURL: folder });
pyodide.FS.mkdirTree("/folder");
pyodide.FS.mount(pyodide.FS.filesystems.NODEFS, { root: folder }, "/folder");
pyodide.runPython(`
import io, py_compile, sys, zipfile
from pathlib import Path

stdlib, compiled = Path("/folder/python_stdlib.zip"), io.BytesIO()
known_as = next(path for path in sys.path if path.endswith(".zip"))
with zipfile.ZipFile(stdlib) as source, zipfile.ZipFile(compiled, "w", zipfile.ZIP_DEFLATED) as target:
    for name in source.namelist():
        if not name.endswith(".py"):
            target.writestr(name, source.read(name))
            continue
        code = py_compile.compile(
            source.extract(name, "/tmp"),
            cfile="/tmp/compiled.pyc",
            dfile=f"{known_as}/{name}",
            doraise=True,
            invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH,  # there is no source to check
        )
        target.write(code, f"{name}c")
stdlib.write_bytes(compiled.getvalue())
`);
