# A thin layer over make.py, which works without make as well (Windows): python make.py book
# Further words: make test ARGS="-k tolerance". Another Python: make PYTHON=python3.12 book
PYTHON ?= python3

.PHONY: book test lab store bench links minutes environment picture clean
book test lab store bench links minutes environment picture clean:
	@$(PYTHON) make.py $@ $(ARGS)
