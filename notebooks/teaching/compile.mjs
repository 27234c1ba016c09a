// Compiles Python with the Pyodide that will run it, so that no reader's browser does it anew at every start:
//
//     node compile.mjs PYODIDE                     its standard library, a .zip
//     node compile.mjs PYODIDE WHEELS NAME ...     of the wheels in a folder, the modules that importing the names loads
//
// A compiled module is larger, so those that wait until somebody asks for them stay as they are. Sources make way,
// but for the first module of a package, by which a package is known, and all of the last name, which are read.
import path from "node:path";
import { pathToFileURL } from "node:url";

const [home, wheels, ...names] = process.argv.slice(2);
const { loadPyodide } = await import(pathToFileURL(path.resolve(home, "pyodide.mjs")));
const pyodide = await loadPyodide({ indexURL: path.resolve(home) });
pyodide.FS.mkdirTree("/folder");
pyodide.FS.mount(pyodide.FS.filesystems.NODEFS, { root: path.resolve(wheels ?? home) }, "/folder");
pyodide.globals.set("names", pyodide.toPy(names));
pyodide.runPython(`
import importlib.util, io, py_compile, shutil, site, sys, zipfile
from pathlib import Path

STDLIB = next(path for path in sys.path if path.endswith(".zip"))
SITE = site.getsitepackages()[0]


def compiled(archive, known_as, wanted, read):
    """The bytes of an archive in which the modules that are wanted are compiled. read: whose source stays."""
    written = io.BytesIO()
    with zipfile.ZipFile(archive) as old, zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            stays = not wanted(name) or read(name)
            if stays:
                new.writestr(name, old.read(name))
            if wanted(name):
                code = py_compile.compile(
                    old.extract(name, "/tmp"),
                    cfile="/tmp/compiled.pyc",
                    dfile=f"{known_as}/{name}",
                    doraise=True,
                    invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH,  # nobody changes a source
                )
                new.write(code, importlib.util.cache_from_source(name) if stays else f"{name}c")
    return written.getvalue()


for archive in Path("/folder").glob("*.zip"):
    archive.write_bytes(compiled(archive, STDLIB, lambda name: name.endswith(".py"), lambda name: False))

if names:
    wheels = list(Path("/folder").glob("*.whl"))
    for wheel in wheels:
        shutil.unpack_archive(wheel, SITE, "zip")
    importlib.invalidate_caches()
    for name in names:
        importlib.import_module(name)
    files = {getattr(module, "__file__", None) for module in sys.modules.values()}
    loaded = {file.removeprefix(f"{SITE}/") for file in files if file and file.startswith(SITE)}

    def read(name):
        return "/" not in name or name.endswith("__init__.py") or name.startswith(f"{names[-1]}/")

    for wheel in wheels:
        wheel.write_bytes(compiled(wheel, SITE, loaded.__contains__, read))
`);
