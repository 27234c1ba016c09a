"""Binder builds what binder/ says, and conda users get the same."""

import os
import re
import subprocess
import sys
import urllib.parse
from pathlib import Path

import pytest
import yaml
from packaging.specifiers import SpecifierSet

from test_packaging import ADDRESS, EXTRAS, PROJECT, ROOT

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


def test_post_build_installs_what_readers_and_hubs_need_and_no_framework(post_build):
    assert (post_build / "asked").read_text() == "install --no-cache-dir .[notebooks,hub]\n"
    names = {each.name for extra in ("notebooks", "hub") for each in EXTRAS[extra]}
    assert not names & {"torch", "keras", "tensorflow", "jax"}


def test_post_build_turns_the_news_prompt_off(post_build):
    settings = post_build / "env/share/jupyter/lab/settings/overrides.json"
    shown = yaml.safe_load(settings.read_text())["@jupyterlab/apputils-extension:notification"]
    assert shown == {"fetchNews": "false"}


def test_post_build_leaves_widgets_out_of_what_is_stored(post_build):
    placed = post_build / "env/etc/jupyter/jupyter_server_config.py"
    assert placed.read_text() == (BINDER / "jupyter_server_config.py").read_text()


# -- the page for a JupyterHub --------------------------------------------------------------------

PAGE = (BINDER / "README.md").read_text("utf-8")

# Their names in the chart of Zero to JupyterHub: jupyterhub/values.yaml in jupyterhub/zero-to-jupyterhub-k8s.
CHART = {
    "singleuser": {
        "image": {"name", "tag", "pullPolicy"},
        "memory": {"guarantee", "limit"},
        "cpu": {"guarantee", "limit"},
        "defaultUrl": None,
        "storage": {"type", "capacity", "homeMountPath"},
    },
    "cull": {"enabled", "users", "timeout", "every", "concurrency", "maxAge"},
    "prePuller": {"hook": {"enabled"}, "continuous": {"enabled"}},
    "scheduling": {"podPriority": {"enabled"}, "userPlaceholder": {"enabled", "replicas"}},
    "hub": {"concurrentSpawnLimit", "activeServerLimit", "config"},
    "proxy": {"https": {"enabled": None, "type": None, "hosts": None, "letsencrypt": {"contactEmail"}}},
}
# What each class that logs people in is asked for: traits of oauthenticator 17.4 and ltiauthenticator 1.6.
CLASSES = {
    "github": (
        "GitHubOAuthenticator",
        {"client_id", "client_secret", "oauth_callback_url", "allowed_users", "admin_users"},
    ),
    "ltiauthenticator.lti13.auth.LTI13Authenticator": (
        "LTI13Authenticator",
        {"issuer", "client_id", "authorize_url", "jwks_endpoint", "username_key", "allow_all"},
    ),
}


def unknown(values, names, path: str = "") -> list[str]:
    """The keys that the chart does not have."""
    if not isinstance(values, dict):
        return []
    missing = [f"{path}.{key}" for key in values if key not in (names or ())]
    inner = names if isinstance(names, dict) else {}
    for key, value in values.items():
        missing += unknown(value, inner.get(key), f"{path}.{key}")
    return missing


@pytest.fixture
def values() -> dict:
    return blocks()[0]


def blocks() -> list[dict]:
    return [yaml.safe_load(block) for block in re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)]


def test_the_chart_knows_every_value(values):
    assert not unknown(values, CHART)
    assert unknown({"cull": {"timeOut": 1}}, CHART) == [".cull.timeOut"]


def test_each_way_to_log_in_says_who_may(values):
    assert "config" not in values["hub"]  # which would be lost beside one of the others
    _, *ways = blocks()
    assert len(ways) == len(CLASSES)
    for way in ways:
        assert list(way) == ["hub"] and list(way["hub"]) == ["config"]
        config = way["hub"]["config"]
        name, traits = CLASSES[config.pop("JupyterHub")["authenticator_class"]]
        assert list(config) == [name] and set(config[name]) == traits


def megabytes(size: str) -> float:
    """JupyterHub's M and G are powers of 1,024."""
    return int(size[:-1]) * {"M": 1_024**2, "G": 1_024**3}[size[-1]] / 1e6


def test_the_memory_is_what_was_measured_and_adds_up(values):
    memory = values["singleuser"]["memory"]
    server, kernel, together = map(
        int, re.search(r"server of (\d+) MB and a kernel of (\d+) MB .*: (\d+) MB", PAGE).groups()
    )
    assert server + kernel == together <= megabytes(memory["guarantee"]) <= megabytes(memory["limit"])
    for students, each, whole in re.findall(r"(\d+)(?: students)? × (\d+) MB = ([\d.]+) GB", PAGE):
        assert int(each) == round(megabytes(memory["guarantee"]))
        assert float(whole) == round(int(students) * int(each) / 1_000, 1)


def test_the_image_has_a_tag_of_its_own_and_is_there_before_the_class(values):
    image = values["singleuser"]["image"]
    assert image["tag"] != "latest"
    assert PAGE.count(f"{image['name']}:{image['tag']}") == 2  # built, and pushed
    assert values["prePuller"]["hook"]["enabled"] and values["prePuller"]["continuous"]["enabled"]
    assert values["cull"]["enabled"] and values["cull"]["every"] < values["cull"]["timeout"]


def test_the_link_brings_the_chapters_and_opens_the_first():
    link = urllib.parse.urlsplit(re.search(r"https://HUB/\S+", PAGE)[0])
    asked = dict(urllib.parse.parse_qsl(link.query, strict_parsing=True))
    folder, _, page = asked["urlpath"].removeprefix("lab/tree/").partition("/")
    assert link.path == "/hub/user-redirect/git-pull"
    assert asked["repo"] == f"{ADDRESS}-students" and asked["branch"] == "main"
    assert folder == asked["targetPath"] and page == "00-start-here.ipynb"
    for command in (
        "notebooks/teaching/students.py ../counting-students",
        f"remote add origin {asked['repo']} ",
    ):
        assert command in PAGE


def test_the_students_copy_has_neither_solutions_nor_notes(tmp_path):
    (tmp_path / "mine.txt").write_text("stays")
    for _ in range(2):  # once more, after a change
        command = [sys.executable, ROOT / "notebooks/teaching/students.py", tmp_path]
        subprocess.run(command, check=True, capture_output=True)
    chapters = {path.name: path.read_text("utf-8") for path in tmp_path.rglob("*.ipynb")}
    assert chapters.keys() == {path.name for path in (ROOT / "notebooks").glob("*.ipynb")}
    assert not any("solutions" in text.lower() or '"notes"' in text for text in chapters.values())
    assert {"mine.txt", "data", "images"} <= {path.name for path in tmp_path.iterdir()}
    assert not {"teaching", "solutions"} & {path.name for path in tmp_path.iterdir()}
