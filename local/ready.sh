# Sourced by the scripts. `get_ready` sets up what is missing, leaves the Python to use in $python and its tools on the
# PATH; its arguments go to local/setup.py.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
python=$root/.venv/bin/python

find_python() {
  if [ -e "$root/.venv/packages.stamp" ] && "$python" -c '' 2>/dev/null; then
    echo "$python"
    return
  fi
  local candidate
  for candidate in python3 python3.11 python3.12 python3.13 python3.14 python; do
    if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
      echo "$candidate"
      return
    fi
  done
  echo "Python 3.11 or newer is needed and was not found. Install it and run this again." >&2
  return 1
}

get_ready() {
  local found
  cd "$root"
  found=$(find_python)
  "$found" -I local/setup.py "$@"
  export PATH="$root/.venv/bin:$PATH"
}
