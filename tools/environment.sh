# make_environment core|test: .venv with exactly the versions and hashes of constraints.txt, made again only when they change.
# Sourced by ./run and ./check, in the directory of the project. Needs python3 (3.11 or later) with pip, nothing else.

uv=.uv/bin/uv

# The system's certificate authorities, where it keeps them as Debian does: a company may have added its own.
if [ -e /etc/ssl/certs/ca-certificates.crt ]; then
  UV_SYSTEM_CERTS=${UV_SYSTEM_CERTS:-true}
  export UV_SYSTEM_CERTS
fi

make_environment() {
  stamp=".venv/.made-for-$1"
  place="$(python3 --version) in $(pwd)"
  wanted="$(cat constraints.txt pyproject.toml tools/environment.sh | cksum) $place"
  if [ "$(cat "$stamp" 2>/dev/null)" = "$wanted" ]; then return 0; fi
  python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' || {
    echo "mailbot needs Python 3.11 or later; python3 is $(python3 --version 2>&1)" >&2
    return 1
  }
  fetch_uv || return 1
  # The scripts in .venv/bin name their interpreter by path: a folder that was moved needs a new one.
  if [ "$(cat .venv/.place 2>/dev/null)" != "$place" ]; then
    "$uv" venv -q --clear --no-python-downloads --python "$(command -v python3)" .venv || return 1
    echo "$place" >.venv/.place
  fi
  extras=""
  if [ "$1" = test ]; then extras="--extra oidc --extra postgres --extra test"; fi
  # A version without a hash, or a file with another hash, ends the installation; so it does for what builds the sdists (-b).
  # shellcheck disable=SC2086
  "$uv" pip install -q --python .venv/bin/python --require-hashes -c constraints.txt -b constraints.txt -r pyproject.toml $extras || return 1
  "$uv" pip install -q --python .venv/bin/python --no-deps -b constraints.txt --editable . || return 1
  echo "$wanted" >"$stamp"
}

# A bare Debian refuses `pip install` (PEP 668) and has no ensurepip, but lets pip put one package into a folder.
fetch_uv() {
  mkdir -p .uv
  sed -n '/^uv==/,/[^\\]$/p' constraints.txt >.uv/wanted.txt
  if [ -x "$uv" ] && cmp -s .uv/wanted.txt .uv/present.txt; then return 0; fi
  set -- -q --disable-pip-version-check --root-user-action=ignore --no-input --require-hashes --only-binary :all: --upgrade --target .uv -r .uv/wanted.txt
  python3 -m pip install "$@" || python3 -m pip install --break-system-packages "$@" || {
    echo "could not fetch uv: python3 needs pip (on Debian: apt-get install python3-pip) and the network" >&2
    return 1
  }
  cp .uv/wanted.txt .uv/present.txt
}
