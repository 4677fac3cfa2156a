# The Debian 12 packages that Layerbench needs; sourced by scripts/run and scripts/test.
# docs/architecture.md says why each library is there.
build_packages="ca-certificates g++ cmake ninja-build pkg-config
    libeigen3-dev libdnnl-dev libopencv-dev libjpeg-dev libdeflate-dev libzip-dev libhdf5-dev
    libcli11-dev"
window_packages="qt6-base-dev qt6-charts-dev qt6-svg-dev libqt6opengl6-dev libgl1-mesa-dev qt6-qpa-plugins
    fonts-inter fonts-jetbrains-mono"
test_packages="git ccache python3 python3-venv unzip xvfb xauth util-linux strace"

# Installs what is missing of the packages named; says which. Needs root or sudo only then.
install_packages() {
    missing=$(for package in "$@"; do
        dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || echo "$package"
    done)
    [ -n "$missing" ] || return 0
    echo "Installing: "$missing
    become=""
    if [ "$(id -u)" -ne 0 ]; then
        command -v sudo >/dev/null || {
            echo "These packages are missing and neither root nor sudo is at hand:" $missing >&2
            return 1
        }
        become="sudo"
    fi
    $become apt-get update -qq
    $become env DEBIAN_FRONTEND=noninteractive \
        apt-get install -y -qq --no-install-recommends $missing >/dev/null
}
