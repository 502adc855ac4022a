# Canyu's commands. `make help` lists them.
.POSIX:
.PHONY: help demo test check format migrations messages images bench bench-judge bench-rush bench-pain soak lock

PY = .venv/bin/python

help: ## say what there is
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-12s %s\n", $$1, $$2 }' Makefile

demo: ## prepare, seed the town when it is missing, and serve it on this machine
	@sh scripts/prepare.sh run
	@.venv/bin/canyu demo

test: ## run all tests, those in a browser included, on SQLite and on PostgreSQL
	@sh scripts/prepare.sh dev
	@sh scripts/tools.sh browser
	@sh scripts/tools.sh strace || true
	@$(PY) -m tests.stores $(ARGS)

check: ## lint, types, import contract, migrations, translations
	@sh scripts/prepare.sh dev
	@sh scripts/tools.sh gettext
	@$(PY) scripts/check.py

format: ## put code and templates into shape
	@sh scripts/prepare.sh dev
	@$(PY) -m ruff check --fix-only --quiet .
	@$(PY) -m ruff format .

migrations: ## write the migrations that the models ask for
	@sh scripts/prepare.sh dev
	@$(PY) -m django makemigrations --settings canyu.config.settings
	@$(PY) -m ruff format --quiet canyu/*/migrations

messages: ## bring the .po files up to date with the code
	@sh scripts/prepare.sh dev
	@sh scripts/tools.sh gettext
	@$(PY) scripts/messages.py update

images: ## take the screenshots in docs/images/
	@sh scripts/prepare.sh dev
	@sh scripts/tools.sh browser
	@$(PY) scripts/images.py

bench: ## list the benchmarks and how to run each
	@sh scripts/prepare.sh dev
	@$(PY) scripts/list_bench.py

bench-judge: ## measure the statistics against other tools for about five minutes
	@sh scripts/prepare.sh bench
	@sh scripts/tools.sh survival || true
	@$(PY) bench/judge.py

bench-rush: ## measure reports in a rush, the report page, and a million reports
	@sh scripts/prepare.sh dev
	@sh scripts/tools.sh load
	@status=0; for one in rush report_page million; do $(PY) bench/$$one.py || status=1; done; exit $$status

bench-pain: ## measure what says the same, what is told, and what is called gone; DATA=folder of marked sets (half an hour)
	@sh scripts/prepare.sh dev
	@$(PY) bench/pain.py $(DATA)
	@$(PY) bench/while_typing.py $(if $(DATA),--data $(DATA))

soak: ## run the tests again and again, for an hour or MINUTES=20
	@sh scripts/prepare.sh dev
	@sh scripts/tools.sh browser
	@sh scripts/tools.sh strace || true
	@$(PY) scripts/soak.py $(MINUTES) $(ARGS)

lock: ## pin again what requirements/*.in ask for
	@sh scripts/prepare.sh dev
	@sh scripts/lock.sh
