"""Binder builds what binder/ says, and conda users get the same."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

from test_packaging import PROJECT, ROOT

BINDER = ROOT / "binder"


def environment(folder: Path) -> dict:
    return yaml.safe_load((folder / "environment.yml").read_text())


def conda_part(folder: Path) -> dict:
    found = environment(folder)
    return found | {"dependencies": [each for each in found["dependencies"] if isinstance(each, str)]}


def python_version() -> str:
    return next(each for each in conda_part(ROOT)["dependencies"] if each.startswith("python="))[7:]


def test_the_two_environments_agree():
    assert conda_part(BINDER) == conda_part(ROOT)
    assert environment(BINDER) == conda_part(BINDER), "binder/ installs by postBuild"
    assert {"pip": ["-e .[notebooks]"]} in environment(ROOT)["dependencies"]


def test_conda_brings_python_and_pip_alone():
    assert conda_part(ROOT)["dependencies"] == [f"python={python_version()}", "pip"]
    assert python_version() in SpecifierSet(PROJECT["requires-python"])


def test_repo2docker_uses_them():
    """The Dockerfile that it prints is what Binder builds. Nothing is built here, and no docker is needed."""
    command = [sys.executable, "-m", "repo2docker", "--no-build", "--debug", "."]
    dockerfile = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert re.search(r'env update -p \$\{NB_PYTHON_PREFIX\} --file "binder/environment\.yml"', dockerfile)
    assert "\nRUN ./binder/postBuild\n" in dockerfile
    # Its base holds this very Python, so our environment updates it and does not replace it.
    base = re.search(r"environment-2epy-2d(\d+)-2e(\d+)-2d", dockerfile)
    assert ".".join(base.groups()) == python_version()


@pytest.fixture
def post_build(tmp_path):
    """postBuild, run in an environment of its own with a pip that only notes what it is asked for."""
    bin = tmp_path / "env" / "bin"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", tmp_path / "env"], check=True)
    (bin / "pip").write_text(f'#!/bin/sh\necho "$@" >> {tmp_path}/asked\n')
    (bin / "pip").chmod(0o755)
    path = f"{bin}{os.pathsep}{os.environ['PATH']}"
    subprocess.run([BINDER / "postBuild"], cwd=ROOT, env=os.environ | {"PATH": path}, check=True)
    return tmp_path


def test_post_build_installs_the_notebooks_extra(post_build):
    assert (post_build / "asked").read_text() == "install --no-cache-dir .[notebooks]\n"
    names = {Requirement(each).name for each in PROJECT["optional-dependencies"]["notebooks"]}
    assert not names & {"torch", "keras", "tensorflow", "jax"}


def test_post_build_turns_the_news_prompt_off(post_build):
    settings = post_build / "env/share/jupyter/lab/settings/overrides.json"
    shown = yaml.safe_load(settings.read_text())["@jupyterlab/apputils-extension:notification"]
    assert shown == {"fetchNews": "false"}
