"""The steps of deploy/README.md, walked as they stand: by systemd in namespaces of their own, with the ports and folders of the page."""

import contextlib
import json
import os
import re
import shutil
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest
import yaml

REPOSITORY = Path(__file__).parents[2]
README = (REPOSITORY / "deploy" / "README.md").read_text()
POSTGRES = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
NEEDED = ("nginx", "envsubst", "openssl", "curl", "unshare", "runuser", "setpriv")
APART = ["unshare", "--mount", "--net", "--pid", "--fork", "--kill-child", "--mount-proc"]

# A machine as it is once the packages of the page are installed: nothing of ours in /etc, PostgreSQL and nginx there, systemctl.
# Packages that need the network stand in .venv already, and take the place of /opt/nuchal.
MACHINE = r"""
set -euo pipefail
python -c 'import fcntl, socket, struct
s = socket.socket(); fcntl.ioctl(s, 0x8914, struct.pack("16sH14x", b"lo", 0x49))'  # the loopback device, up
mkdir -p "$SCRATCH"/{etc-nginx,log-nginx,etc-systemd,nuchal,opt,run,bin,state}
cp -a /etc/nginx/. "$SCRATCH/etc-nginx"
mkdir -p /etc/nuchal /opt/nuchal
mount -t tmpfs tmpfs /dev/shm  # what is left there ends with the walk
mount --bind "$SCRATCH/etc-nginx" /etc/nginx
mount --bind "$SCRATCH/log-nginx" /var/log/nginx
mount --bind "$SCRATCH/etc-systemd" /etc/systemd/system
mount --bind "$SCRATCH/nuchal" /etc/nuchal
mount --bind "$VENV" /opt/nuchal
cp "$SYSTEMCTL" "$SCRATCH/bin/systemctl" && chmod +x "$SCRATCH/bin/systemctl"
export PATH="$SCRATCH/bin:/usr/sbin:$PATH"

install -d -o postgres "$SCRATCH/database" "$SCRATCH/socket"
mkdir -p /var/run/postgresql && mount --bind "$SCRATCH/socket" /var/run/postgresql
as_postgres() { runuser -u postgres -- "$@"; }
as_postgres "$POSTGRES/initdb" --auth-local=peer --auth-host=scram-sha-256 --no-sync "$SCRATCH/database" > /dev/null
export PGDATA="$SCRATCH/database"
as_postgres "$POSTGRES/pg_ctl" --silent --wait --log="$PGDATA/server.log" --options='-c fsync=off' start
unset PGDATA
cd "$CHECKOUT"
"""

# What systemd would do with the unit, as far as the page asks: settings from its files, the password handed over, no rights.
SYSTEMCTL = r"""#!/usr/bin/env bash
set -euo pipefail
case "$*" in
daemon-reload) ;;
"enable --now nuchal")
  unit=/etc/systemd/system/nuchal.service
  setting() { sed -n "s/^$1=//p" "$unit"; }
  credentials=$SCRATCH/run/credentials
  install -d -m 755 "$credentials"
  IFS=: read -r name source <<< "$(setting LoadCredential)"
  install -m 444 "$source" "$credentials/$name"
  set -a
  eval "$(setting Environment | sed "s|%d|$credentials|g" | tr ' ' '\n')"
  . "$(setting EnvironmentFile)"
  set +a
  cd "$SCRATCH/state"
  $(setting ExecStartPre | sed 's/^-//') > "$SCRATCH/doctor.log" 2>&1
  setpriv --no-new-privs --inh-caps=-all --bounding-set=-all $(setting ExecStart) > "$SCRATCH/service.log" 2>&1 &
  for _ in $(seq 200); do curl --silent --fail --output /dev/null http://127.0.0.1:8080/health/live && exit 0; sleep 0.1; done
  cat "$SCRATCH/service.log" >&2; exit 1 ;;
"restart nginx") nginx ;;
*) echo "systemctl $* is no step of the page" >&2; exit 1 ;;
esac
"""


def steps(kind):
    """The commands of the blocks of this kind, in order."""
    blocks = re.findall(rf"^```sh {kind}\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
    assert blocks
    return "".join(blocks)


def missing():
    tools = [name for name in NEEDED if not shutil.which(name, path=f"{os.environ['PATH']}:/usr/sbin")]
    if not POSTGRES:
        tools.append("PostgreSQL")
    if os.geteuid() != 0:
        tools.append("root")
    elif subprocess.run([*APART, "true"], capture_output=True, check=False).returncode != 0:
        tools.append("leave to make namespaces")
    return tools


@pytest.mark.service
def test_the_steps_by_systemd_lead_to_an_answer_over_tls(tmp_path):
    if missing():
        pytest.skip(f"missing here: {', '.join(missing())}")
    tmp_path.chmod(0o755)
    for parent in tmp_path.parents[:2]:
        parent.chmod(0o755)  # the database and the service have users of their own
    script, systemctl = tmp_path / "walk.sh", tmp_path / "systemctl"
    script.write_text(MACHINE + "set -x\n" + steps("systemd"))
    systemctl.write_text(SYSTEMCTL)
    env = {name: value for name, value in os.environ.items() if not name.startswith(("NUCHAL_", "PG"))} | {
        "SCRATCH": str(tmp_path),
        "CHECKOUT": str(REPOSITORY),
        "VENV": str(Path(sys.prefix)),
        "POSTGRES": str(POSTGRES[-1]),
        "SYSTEMCTL": str(systemctl),
        "PATH": f"{Path(sys.prefix) / 'bin'}:{os.environ['PATH']}",
    }
    done = subprocess.run([*APART, "bash", script], env=env, capture_output=True, text=True, timeout=120, check=False)
    for place in ("/etc/nuchal", "/opt/nuchal"):  # where the folders of the walk were mounted
        with contextlib.suppress(OSError):
            Path(place).rmdir()
    logs = "\n".join(path.read_text() for path in tmp_path.rglob("*.log"))
    assert done.returncode == 0, done.stderr[-3000:] + done.stdout[-3000:] + logs[-3000:]
    ready, end = json.JSONDecoder().raw_decode(done.stdout)
    answer, end = json.JSONDecoder().raw_decode(done.stdout, done.stdout.index("{", end))
    assert ready["status"] == "ready"
    assert answer["resourceType"] == "Bundle"
    levels = {line.split()[0] for line in done.stdout[end:].splitlines() if not line.startswith(" ")}
    assert levels == {"ok", "warning"}


def test_the_steps_by_compose_make_every_file_that_compose_asks_for(tmp_path):
    shutil.copytree(REPOSITORY / "deploy", tmp_path / "deploy", ignore=shutil.ignore_patterns("secrets"))
    shutil.copytree(REPOSITORY / "examples", tmp_path / "examples")
    stubs = tmp_path / "bin"
    stubs.mkdir()
    for name in ("docker", "curl"):  # there is no Docker in the tests
        (stubs / name).write_text('#!/bin/sh\nfor word in "$@"; do echo "$word"; done\n')
        (stubs / name).chmod(0o755)
    env = os.environ | {"PATH": f"{stubs}:{os.environ['PATH']}"}
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", steps("compose")], cwd=tmp_path, env=env, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    words = done.stdout.splitlines()
    files = [after for word, after in pairwise(words) if word in {"--file", "--cacert"}]
    files += [word[1:] for word in words if word.startswith("@")]
    assert len(files) >= 4
    assert [file for file in files if not (tmp_path / file).exists()] == []
    compose = yaml.safe_load((tmp_path / "deploy" / "compose" / "compose.yaml").read_text())
    asked = [secret["file"] for secret in compose["secrets"].values()] + ["./secrets/tls/server.key", "./secrets/tls/server.crt"]
    assert [file for file in asked if not (tmp_path / "deploy" / "compose" / file).read_text()] == []
    assert oct((tmp_path / "deploy" / "compose" / "secrets").stat().st_mode & 0o777) == "0o700"


@pytest.mark.parametrize("kind", ["install", "kubernetes"])
def test_what_cannot_be_walked_here_is_at_least_a_script(kind):
    assert subprocess.run(["bash", "-n", "-c", steps(kind)], capture_output=True, check=False).returncode == 0


def test_the_page_installs_what_its_steps_use():
    assert {"gettext-base", "nginx-light", "postgresql", "python3-dev", "gcc"} <= set(steps("install").split())


def test_links_lead_somewhere():
    links = re.findall(r"\]\(([^)#]+)\)", README)
    assert [link for link in links if not (REPOSITORY / "deploy" / link).exists()] == []
