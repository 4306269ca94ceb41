#!/usr/bin/env bash
# Makes this checkout ready: Debian packages where they may be installed, then Python packages into .venv.
# Usage: scripts/setup.sh [run|dev]   run: what the product and its demo need; dev: also what tests and checks need.
# May be run again at any time; a second run with nothing to do takes well under a second.
set -euo pipefail
cd "$(dirname "$0")/.."
want=${1:-dev}

say() { printf '%s\n' "$*" >&2; }

# --- Debian packages -------------------------------------------------------------------------------------------------
# libportaudio2 and libasound2-plugins: the microphone. libgl1, libglib2.0-0: OpenCV. The rest: the private screen and
# sound server of demo and tests, and what is shown and checked on them. dev: a terminal, a peer for clips, a browser, a
# database server and a reader of PDF pages, each the real thing in the tests, a compiler for the test that sets the
# wall clock of a recorder, and a Wayland desktop: compositor, terminal, session bus, PipeWire and portal.
packages=(libportaudio2 libasound2-plugins libgl1 libglib2.0-0 xvfb openbox xdotool x11-utils x11-xserver-utils
          pulseaudio pulseaudio-utils espeak-ng python3-tk fonts-dejavu-core mpv)
[ "$want" = dev ] && packages+=(tmux ffmpeg chromium postgresql poppler-utils gcc libc6-dev
                               sway foot dbus-daemon dbus-bin pipewire wireplumber xdg-desktop-portal xdg-desktop-portal-wlr)
if command -v dpkg-query >/dev/null; then
  missing=()
  for package in "${packages[@]}"; do
    dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null | grep -qx installed || missing+=("$package")
  done
  if [ ${#missing[@]} -gt 0 ]; then
    root=()
    if [ "$(id -u)" -ne 0 ]; then
      if command -v sudo >/dev/null && sudo -n true 2>/dev/null; then root=(sudo -n); else
        say "These Debian packages are missing. Install them, then run make again:"
        say "  sudo apt-get install --no-install-recommends ${missing[*]}"
        exit 1
      fi
    fi
    say "Installing Debian packages: ${missing[*]}"
    log=$(mktemp)
    export DEBIAN_FRONTEND=noninteractive
    if ! { "${root[@]}" apt-get update -qq && "${root[@]}" apt-get install -y -qq --no-install-recommends "${missing[@]}"; } >"$log" 2>&1; then
      tail -n 15 "$log" >&2
      say "apt-get could not install them; see $log. Then run make again."
      exit 1
    fi
    rm -f "$log"
  fi
else
  for program in Xvfb xdotool pulseaudio espeak-ng; do
    command -v "$program" >/dev/null || { say "$program is missing; install it with your system's package manager: ${packages[*]}"; exit 1; }
  done
fi

# --- Python packages -------------------------------------------------------------------------------------------------
stamp=.venv/showhow-$want.stamp
wanted=$(cat pyproject.toml constraints.txt | cksum)
# As pip does for packages that are not editable: also where PYTHONDONTWRITEBYTECODE is set, a start compiles nothing.
compiled() { .venv/bin/python -m compileall -q capture transcribe library tui || true; }
if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$wanted" ]; then compiled; exit 0; fi
python=
for candidate in "${PYTHON:-python3}" python3.13 python3.12 python3.11; do
  if command -v "$candidate" >/dev/null && "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
    python=$candidate
    break
  fi
done
[ -n "$python" ] || { say "Python 3.11 or newer is missing. Install it, or name it: make PYTHON=/path/to/python3"; exit 1; }
if [ ! -x .venv/bin/python ] && ! "$python" -m venv .venv; then
  rm -rf .venv
  say "No virtual environment could be made. On Debian: sudo apt-get install python3-venv"
  exit 1
fi
say "Installing Python packages into .venv (the first time takes a minute or two)"
extra=$([ "$want" = dev ] && echo '[dev]' || true)
.venv/bin/python -m pip install -qq --disable-pip-version-check --constraint constraints.txt --editable ".$extra"
compiled
printf '%s' "$wanted" >"$stamp"
