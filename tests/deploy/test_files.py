"""What stands in deploy/ and cannot run on every machine: held to its schema, to a linter, and to what the service really does."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import kubernetes_validate
import pytest
import yaml

from nuchal.config import Settings, variable
from nuchal.web import metrics

REPOSITORY = Path(__file__).parents[2]
DEPLOY = REPOSITORY / "deploy"
BIN = Path(sys.executable).parent
KUBERNETES = sorted((DEPLOY / "kubernetes").glob("*.yaml"))
SETTINGS = {variable(name) for name in Settings.__dataclass_fields__}
UNIT = (DEPLOY / "systemd" / "nuchal.service").read_text()
DOCKERFILE = (DEPLOY / "image" / "Dockerfile").read_text()
COMPOSE = yaml.safe_load((DEPLOY / "compose" / "compose.yaml").read_text())


def run(*command):
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True, timeout=60, check=False)
    return done.returncode, done.stdout + done.stderr


def tool(name):
    found = shutil.which(name)
    if not found:
        pytest.skip(f"{name} is not on this machine")
    return found


def test_the_dockerfile_passes_hadolint():
    assert run(BIN / "hadolint", DEPLOY / "image" / "Dockerfile") == (0, "")


def test_the_image_runs_as_nobody_in_particular_and_every_stage_is_pinned():
    assert re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE) == ["python:3.12.12-slim-bookworm"] * 2
    assert re.findall(r"^USER (\S+)", DOCKERFILE, re.MULTILINE) == ["10001:10001"]


def locked(path):
    return dict(re.findall(r"^([\w.-]+)==(\S+)", path.read_text(), re.MULTILINE))


@pytest.mark.parametrize("name", ["requirements.lock", "build.lock"])
def test_the_image_is_built_of_the_versions_that_are_tested_and_of_whole_entries(name):
    file, tested = DEPLOY / "image" / name, (REPOSITORY / "requirements.lock").read_text()
    entries = re.split(r"\n(?=\S)", file.read_text().strip())
    assert [entry for entry in entries if "--hash=sha256:" not in entry] == []
    if name == "requirements.lock":
        assert [
            f"{package}=={version}" for package, version in locked(file).items() if f"\n{package}=={version} " not in f"\n{tested}"
        ] == []


def test_the_image_holds_what_the_service_needs_and_no_tools_of_developers():
    project = (REPOSITORY / "pyproject.toml").read_text()
    needed = re.findall(r'"([\w.-]+)', project.split("\ndependencies = [")[1].split("\n]")[0], re.MULTILINE)
    held = locked(DEPLOY / "image" / "requirements.lock").keys()
    assert {re.split(r"[^\w-]", name.lower().replace(".", "-"))[0] for name in needed} - held == set()
    assert {"pytest", "ruff", "mypy", "hypothesis", "playwright"} & held == set()
    assert "psycopg" in held


def test_only_what_the_wheel_is_made_of_goes_into_the_image():
    let_in = {line[1:] for line in (REPOSITORY / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    wheel = set(re.findall(r'"([\w/]+)"', re.search(r"only-include = \[(.*?)\]", (REPOSITORY / "pyproject.toml").read_text()).group(1)))
    assert let_in == {path.split("/")[0] for path in wheel} | {"pyproject.toml", "README.md", "deploy/image"}


def test_compose_fits_its_schema():
    assert run(BIN / "check-jsonschema", "--builtin-schema", "vendor.compose-spec", DEPLOY / "compose" / "compose.yaml")[0] == 0


def test_compose_publishes_to_this_machine_only_and_the_database_to_nobody():
    published = {name: service.get("ports", []) for name, service in COMPOSE["services"].items()}
    assert published["nuchal"] == published["database"] == []
    assert all("127.0.0.1:" in port for ports in published.values() for port in ports)
    assert COMPOSE["services"]["database"]["networks"] == ["inside"]
    assert COMPOSE["networks"]["inside"] == {"internal": True}


@pytest.mark.parametrize("service", COMPOSE["services"].values(), ids=COMPOSE["services"])
def test_each_container_is_closed_pinned_and_limited(service):
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert re.search(r":v?\d+\.\d+|\$\{NUCHAL_TAG", service["image"])
    assert service["deploy"]["resources"]["limits"].keys() == {"cpus", "memory", "pids"}


def test_what_compose_mounts_from_the_checkout_is_there():
    sources = [
        volume.split(":")[0] for service in COMPOSE["services"].values() for volume in service.get("volumes", []) if volume[0] == "."
    ]
    made = {"./secrets/tls"}  # by the steps in the README
    assert [source for source in sources if source not in made and not (DEPLOY / "compose" / source).exists()] == []


def documents():
    return [document for path in KUBERNETES if path.name != "kustomization.yaml" for document in yaml.safe_load_all(path.read_text())]


@pytest.mark.parametrize("version", ["1.30", "1.37"])
@pytest.mark.parametrize("document", documents(), ids=lambda document: document["kind"])
def test_each_object_of_kubernetes_fits_its_schema(document, version):
    kubernetes_validate.validate(document, version, strict=True)


def test_every_object_is_in_the_kustomization_and_what_they_name_exists():
    kustomization = yaml.safe_load((DEPLOY / "kubernetes" / "kustomization.yaml").read_text())
    assert sorted(kustomization["resources"]) == [path.name for path in KUBERNETES if path.name != "kustomization.yaml"]
    objects = {document["kind"]: document for document in documents()}
    pod = objects["Deployment"]["spec"]["template"]
    labels = pod["metadata"]["labels"]
    assert objects["Service"]["spec"]["selector"] == labels
    for kind, key in (("Deployment", "selector"), ("PodDisruptionBudget", "selector"), ("NetworkPolicy", "podSelector")):
        assert objects[kind]["spec"][key]["matchLabels"] == labels, kind
    assert objects["HorizontalPodAutoscaler"]["spec"]["scaleTargetRef"]["name"] == objects["Deployment"]["metadata"]["name"]
    made = {generated["name"] for generated in kustomization["configMapGenerator"]}
    (container,) = pod["spec"]["containers"]
    assert {source["configMapRef"]["name"] for source in container["envFrom"]} <= made
    assert {mount["name"] for mount in container["volumeMounts"]} == {volume["name"] for volume in pod["spec"]["volumes"]}


def test_the_pod_passes_the_restricted_standard_and_outlives_its_requests():
    (pod,) = [document["spec"]["template"]["spec"] for document in documents() if document["kind"] == "Deployment"]
    (container,) = pod["containers"]
    closed = container["securityContext"]
    assert (closed["readOnlyRootFilesystem"], closed["allowPrivilegeEscalation"], closed["capabilities"]) == (
        True,
        False,
        {"drop": ["ALL"]},
    )
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    waits = int(container["lifecycle"]["preStop"]["exec"]["command"][1])
    assert pod["terminationGracePeriodSeconds"] > waits + 30  # gunicorn's graceful_timeout


def test_kustomize_renders_what_fits():
    code, rendered = run(tool("kubectl"), "kustomize", DEPLOY / "kubernetes")
    assert code == 0, rendered
    for document in yaml.safe_load_all(rendered):
        kubernetes_validate.validate(document, "1.37", strict=True)


def test_the_unit_is_one_that_systemd_takes():
    _, said = run(tool("systemd-analyze"), "verify", DEPLOY / "systemd" / "nuchal.service")
    faults = [line for line in said.splitlines() if "/opt/nuchal/bin/nuchal is not executable" not in line and "nuchal.service" in line]
    assert faults == []


def test_the_unit_is_hardened():
    _, said = run(tool("systemd-analyze"), "security", "--offline=true", DEPLOY / "systemd" / "nuchal.service")
    exposure = float(re.search(r"Overall exposure level for nuchal.service: ([\d.]+)", said).group(1))
    assert exposure <= 1.5


NAMED = [
    ("the unit's settings", (DEPLOY / "systemd" / "nuchal.env").read_text()),
    ("compose's settings", (DEPLOY / "compose" / "nuchal.env").read_text()),
    ("compose", "\n".join(COMPOSE["services"]["nuchal"]["environment"])),
    ("kustomization", (DEPLOY / "kubernetes" / "kustomization.yaml").read_text()),
    ("the image", DOCKERFILE),
]


@pytest.mark.parametrize("text", [text for _, text in NAMED], ids=[name for name, _ in NAMED])
def test_only_settings_that_exist_are_set(text):
    assert set(re.findall(r"^[\s#-]*(NUCHAL_[A-Z_]+)", text, re.MULTILINE)) - SETTINGS == set()


def test_no_secret_stands_in_a_file():
    texts = [path.read_text() for path in DEPLOY.rglob("*") if path.is_file() and path.suffix not in {".lock", ".py", ".md", ".pyc"}]
    assert [text for text in texts if re.search(r"(?i)password\s*[=:]\s*[\"']?\w|://[^/\s]+:[^/\s@]+@|BEGIN .*PRIVATE", text)] == []


def test_the_alerts_fire_when_they_should():
    promtool = tool("promtool")
    assert run(promtool, "check", "rules", DEPLOY / "prometheus" / "alerts.yml")[0] == 0
    assert run(promtool, "check", "config", "--syntax-only", DEPLOY / "prometheus" / "prometheus.yml")[0] == 0
    code, said = run(promtool, "test", "rules", Path(__file__).parent / "alerts_test.yml")
    assert code == 0, said


def test_every_alert_is_tested():
    alerts = {
        rule["alert"] for group in yaml.safe_load((DEPLOY / "prometheus" / "alerts.yml").read_text())["groups"] for rule in group["rules"]
    }
    tested = {
        case["alertname"]
        for test in yaml.safe_load((Path(__file__).parent / "alerts_test.yml").read_text())["tests"]
        for case in test["alert_rule_test"]
    }
    assert alerts == tested


def test_alerts_ask_for_what_the_service_counts():
    counted = {family.name for family in metrics._meters().registry.collect()} | {"nuchal_ruleset_info"}
    asked = set(re.findall(r"\bnuchal_\w+", (DEPLOY / "prometheus" / "alerts.yml").read_text()))
    endings = re.compile(r"_(total|count|bucket|sum)$")
    assert {endings.sub("", name) for name in asked} - counted == set()
