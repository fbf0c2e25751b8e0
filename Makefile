# What is done here, and how; docs/development.md has the rest.
.PHONY: setup test lint format demo bench pictures lock docs

UV = python3 -m uv

setup: ## everything that development needs
	python3 -m pip install uv
	$(UV) sync

test: ## all tests
	$(UV) run pytest

lint: ## style and types
	$(UV) run ruff check .
	$(UV) run ruff format --check .
	$(UV) run mypy

format: ## put files into shape
	$(UV) run ruff check --fix .
	$(UV) run ruff format .

demo: ## the whole product on the built-in platforms
	$(UV) run connector demo --once

bench: ## the figures behind docs/benchmarks.md
	$(UV) run python -m benchmarks

pictures: ## the README's pictures of the console, taken with chromium
	$(UV) run python -m tests.browser.pictures

lock: ## every version with its hashes, for pip and the container image
	$(UV) pip compile pyproject.toml --upgrade --universal --generate-hashes --no-emit-index-url --no-annotate \
		--custom-compile-command "make lock" --output-file requirements.lock

docs: ## docs/commands.md from the commands themselves
	$(UV) run python -m connector.cli.reference
