"""Prints what modules of `api` put, by being imported, into collections of other modules:
`python -m tests.support.registries`.

The sizes of a module's own lists, dicts and sets, and of those of its blueprints, are noted when it
has been run, and compared when all have been imported.
"""

import importlib
import pkgutil
import sys
from importlib.machinery import PathFinder, SourceFileLoader

SIZES = {}


def sizes(module):
    """How many members the collections of a module have, by their full names."""
    return {
        f"{module.__name__}.{name}": len(value)
        for name, value in members(module)
        if isinstance(value, list | dict | set) and not name.startswith("__")
    }


def members(module):
    """What a module has, and what its blueprints, and others that can be registered, have."""
    for name, value in vars(module).items():
        yield name, value
        if hasattr(type(value), "register") and not isinstance(value, type):
            yield from ((f"{name}.{inner}", held) for inner, held in vars(value).items())


class NotingLoader(SourceFileLoader):
    def exec_module(self, module):
        super().exec_module(module)
        SIZES[module.__name__] = sizes(module)


class NotingFinder:
    @staticmethod
    def find_spec(name, path=None, target=None):
        spec = PathFinder.find_spec(name, path, target) if name.split(".")[0] == "api" else None
        if spec is not None and spec.origin:
            spec.loader = NotingLoader(name, spec.origin)
        return spec


def main():
    sys.meta_path.insert(0, NotingFinder)
    package = importlib.import_module("api")
    for each in pkgutil.walk_packages(package.__path__, "api."):
        importlib.import_module(each.name)
    for name, before in SIZES.items():
        for collection, size in sizes(sys.modules[name]).items():
            if size != before[collection]:
                print(collection, size - before[collection])


if __name__ == "__main__":
    main()
