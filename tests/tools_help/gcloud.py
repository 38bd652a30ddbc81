"""Prints every command of gcloud with its flags, from the completion table that is installed with it."""
import os
import runpy
import shutil
import sys

where = shutil.which("gcloud")
if where is None:
    sys.exit(0)
root = os.path.dirname(os.path.dirname(os.path.realpath(where)))
table = os.path.join(root, "data", "cli", "gcloud_completions.py")
if not os.path.exists(table):
    sys.exit(0)
tree = runpy.run_path(table)["STATIC_COMPLETION_CLI_TREE"]


def find(path):
    """The command of the same name outside of alpha and beta."""
    node = tree
    for name in path[1:]:
        node = node.get("commands", {}).get(name, {})
    return node if path[0] in ("alpha", "beta") else {}


def walk(node, path, inherited):
    flags = dict(inherited)
    flags.update(node.get("flags", {}))
    children = node.get("commands", {})
    if path and not children:
        # What is the same outside of alpha and beta is read there.
        for name in find(path).get("flags", {}):
            flags.pop(name, None)
        if path[0] in ("alpha", "beta"):
            for name in tree["flags"]:
                flags.pop(name, None)
    if path and not children:
        print(" ".join(path) + "\t" + " ".join(f"{name}={int(kind != 'bool')}" for name, kind in sorted(flags.items())))
    for name, child in children.items():
        walk(child, path + [name], flags)


walk(tree, [], {})
