# The two commands of the README, and the rest of the daily ones.
.PHONY: run check lint format test docs pins bench bench-reading bench-throughput

run:
	./run

check:
	./check

lint:
	.venv/bin/ruff check && .venv/bin/ruff format --check && .venv/bin/mypy && .venv/bin/lint-imports

format:
	.venv/bin/ruff check --fix && .venv/bin/ruff format

test:
	.venv/bin/pytest -n 3 --dist worksteal

docs:
	.venv/bin/python -m tools.settings_page

# The newest versions that pyproject.toml allows, for Python 3.11 and later, with the hashes of every file of each.
pins:
	.uv/bin/uv pip compile -q --upgrade --universal --python-version 3.11 --generate-hashes --all-extras --group pyproject.toml:build \
		--no-annotate --no-header --no-emit-index-url pyproject.toml -o constraints.txt

# Figures, never tests: they take minutes and depend on the machine. Corpora lie beside the checkout, in ../shared.
bench: bench-reading bench-throughput

bench-reading:
	.venv/bin/python bench/mime.py --mutations 20000
	.venv/bin/python -m bench.replies
	.venv/bin/python -m bench.replies --stress
	.venv/bin/python bench/intent.py
	.venv/bin/python bench/automatic.py
	.venv/bin/python bench/alerts.py

bench-throughput:
	.venv/bin/python bench/throughput.py accept --mails 2000 --sessions 1,10,50 --postfix
	.venv/bin/python bench/throughput.py way --mails 1000
	.venv/bin/python bench/throughput.py latency
	.venv/bin/python bench/growth.py
