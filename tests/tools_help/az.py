"""Prints every command of az from its own command table."""
import os
import shutil
import subprocess
import sys

where = shutil.which("az")
if where is None:
    sys.exit(0)
code = """
from azure.cli.core import get_default_cli
cli = get_default_cli()
loader = cli.commands_loader_cls(cli)
loader.load_command_table(None)
for name in sorted(loader.command_table):
    print(name + chr(9))
"""
python = os.path.join(os.path.dirname(os.path.realpath(where)), "python3")
subprocess.run([python, "-c", code], stderr=subprocess.DEVNULL, check=False)
